"""What programs write to S3, and which buckets they look after."""

from __future__ import annotations

import pytest

from sagegreen.documents.reading import document_from_bytes
from sagegreen.project.program import analyze
from sagegreen.project.project import find_project
from sagegreen.sagemaker.storage import bucket_name, cared_for, writes

HEAD = """\
import boto3, sagemaker
session = boto3.Session()
s3 = session.client("s3")
r = boto3.resource("s3")
bucket = r.Bucket("b")
sm = sagemaker.Session()
"""

WRITES = [
    ('s3.put_object(Bucket="b", Key="k", Body="text")', ("put_object", "b", "k", "text")),
    ('s3.upload_file("f", "b", "k")', ("upload_file", "b", "k", "f")),
    ('s3.upload_file(Bucket="b", Key="k", Filename="f")', ("upload_file", "b", "k", "f")),
    ('s3.upload_fileobj(Fileobj=x, Bucket="b", Key="k")', ("upload_fileobj", "b", "k", None)),
    ('bucket.upload_file("f", "k")', ("upload_file", "b", "k", "f")),
    ('bucket.Object("k").upload_file("f")', ("upload_file", "b", "k", "f")),
    ('r.Object("b", "k").put(Body="text")', ("put", "b", "k", "text")),
    ('r.Object(bucket_name="b", key="k").put(Body="text")', ("put", "b", "k", "text")),
    ('session.resource("s3").meta.client.upload_file("f", "b", "k")', ("upload_file", "b", "k", "f")),
    ('sm.upload_data("f", "b", "k")', ("upload_data", "b", "k", "f")),
    ('sm.upload_data(path="f")', ("upload_data", None, None, "f")),
    ('sm.s3_client.copy_object(Bucket="b", Key="k", CopySource="a/k")', ("copy_object", "b", "k", "a/k")),
    ('more = {"Bucket": "b", "Key": "k"}\ns3.put_object(Body="t", **more)', ("put_object", "b", "k", "t")),
    ('def store(client):\n    client.put_object(Bucket="b", Key="k", Body="t")', ("put_object", "b", "k", "t")),
]
NO_WRITES = [
    's3.download_file("b", "k", "f")',
    's3.get_object(Bucket="b", Key="k")',
    'queue.put("x")',
    'def send(portal):\n    portal.upload_file("f", "b", "k")',
    'sm.download_data("f", "b")',
    'if False:\n    s3.upload_file("f", "b", "k")',
]
CARE = [
    ('s3.put_bucket_lifecycle_configuration(Bucket="b", LifecycleConfiguration={"Rules": []})', ["b"]),
    ('r.BucketLifecycleConfiguration("b").put(LifecycleConfiguration={"Rules": []})', ["b"]),
    ('bucket.LifecycleConfiguration().put(LifecycleConfiguration={"Rules": []})', ["b"]),
    ('s3.delete_bucket(Bucket="b")', ["b"]),
    ("bucket.objects.all().delete()\nbucket.delete()", ["b"]),
    ('r.Object("b", "k").delete()', []),
    ('s3.delete_object(Bucket="b", Key="k")', []),
]


def program(code, tmp_path):
    path = tmp_path / "program.py"
    return analyze(document_from_bytes((HEAD + code + "\n").encode(), path), find_project(path))[0]


def text(value):
    return getattr(value, "value", None)


@pytest.mark.parametrize(("code", "expected"), WRITES)
def test_what_is_written_is_known(code, expected, tmp_path):
    (write,) = writes(program(code, tmp_path))
    assert (write.method, text(write.bucket), text(write.key), text(write.content)) == expected


@pytest.mark.parametrize("code", NO_WRITES)
def test_what_writes_nothing_to_s3_is_no_write(code, tmp_path):
    assert list(writes(program(code, tmp_path))) == []


@pytest.mark.parametrize(("code", "names"), CARE)
def test_buckets_that_are_looked_after(code, names, tmp_path):
    assert [text(name) for name in cared_for(program(code, tmp_path))] == names


@pytest.mark.parametrize(
    "code",
    [
        's3.create_bucket(Bucket="new")',
        'r.create_bucket(Bucket="new")',
        'r.Bucket("new").create()',
        'session.resource("s3").Bucket(name="new").create()',
    ],
)
def test_the_name_of_a_bucket_that_is_created(code, tmp_path):
    (bucket,) = program(code, tmp_path).of_kind("bucket")
    assert text(bucket_name(bucket)) == "new"
