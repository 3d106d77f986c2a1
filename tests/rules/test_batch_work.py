"""When sending data to an endpoint is batch work (SG402), case by case."""

from __future__ import annotations

import textwrap

import pytest

import sagegreen

HEAD = """\
import csv, glob, json, os, time
import boto3
import numpy as np
import pandas as pd
from sklearn.model_selection import train_test_split
from sagemaker.sklearn.model import SKLearnModel

runtime = boto3.client("sagemaker-runtime")
model = SKLearnModel("s3://b/m.tar.gz", role="r", entry_point="i.py", framework_version="1.2-1")
predictor = model.deploy(1, "ml.m5.large", endpoint_name="once")
answers = []
"""
TAIL = "predictor.delete_endpoint()\n"

WORK = {
    "rows of a table": "for row in pd.read_csv('x.csv').values:\n    answers.append(predictor.predict(row))",
    "rows with their index": """\
        for index, row in pd.read_csv('x.csv').iterrows():
            answers.append(predictor.predict(row.values))""",
    "a comprehension": "answers = [predictor.predict(row) for row in pd.read_csv('x.csv').values]",
    "chunks of a file": """\
        for chunk in pd.read_csv('x.csv', chunksize=1000):
            answers.extend(predictor.predict(chunk.values))""",
    "parts of an array": """\
        for part in np.array_split(np.load('x.npy'), 50):
            answers += list(predictor.predict(part))""",
    "windows of a table": """\
        data = pd.read_parquet('x.parquet')
        for start in range(0, len(data), 100):
            answers.append(predictor.predict(data.iloc[start:start + 100]))""",
    "rows by their number": """\
        train, test = train_test_split(pd.read_csv('x.csv').values)
        for i in range(len(test)):
            answers.append(predictor.predict(test[i]))""",
    "files of a folder": """\
        for name in os.listdir('images'):
            with open(os.path.join('images', name), 'rb') as file:
                answers.append(predictor.predict(file.read()))""",
    "lines of a file, by the client": """\
        with open('x.jsonl') as lines, open('y.jsonl', 'w') as out:
            for line in lines:
                answer = runtime.invoke_endpoint(EndpointName='once', Body=line)
                out.write(answer['Body'].read().decode())""",
    "objects of a bucket": """\
        bucket = boto3.resource('s3').Bucket('b')
        for item in bucket.objects.filter(Prefix='in/'):
            answers.append(predictor.predict(item.get()['Body'].read()))""",
    "a helper that is given each row": """\
        def ask(row):
            return predictor.predict(json.dumps({'row': row}))
        for row in csv.reader(open('x.csv')):
            answers.append(ask(row))""",
    "a whole table": "answers = predictor.predict(pd.read_csv('x.csv').drop(columns=['y']).to_numpy())",
    "columns of a test set": """\
        train, test = train_test_split(pd.read_csv('x.csv'))
        answers = predictor.predict(test[['a', 'b']].values)""",
}
NO_WORK = {
    "one row": "answers = predictor.predict(pd.read_csv('x.csv').values[0])",
    "a literal": "answers = [predictor.predict(row) for row in [[1, 2], [3, 4]]]",
    "the first rows": "for row in pd.read_csv('x.csv').values[:10]:\n    answers.append(predictor.predict(row))",
    "the head": "for row in pd.read_csv('x.csv').head().values:\n    answers.append(predictor.predict(row))",
    "a file of samples": "for row in pd.read_csv('sample.csv').values:\n    answers.append(predictor.predict(row))",
    "the same row again": """\
        rows = pd.read_csv('x.csv').values
        for _ in range(1000):
            answers.append(predictor.predict(rows[7]))""",
    "only shown": "for row in pd.read_csv('x.csv').values:\n    print(predictor.predict(row))",
    "until enough": """\
        for row in pd.read_csv('x.csv').values:
            answers.append(predictor.predict(row))
            if len(answers) == 5:
                break""",
    "with a pause": """\
        for row in pd.read_csv('x.csv').values:
            answers.append(predictor.predict(row))
            time.sleep(0.5)""",
    "with a clock": """\
        for row in pd.read_csv('x.csv').values:
            start = time.time()
            predictor.predict(row)
            answers.append(time.time() - start)""",
    "in a load test": """\
        def load_test():
            for row in pd.read_csv('x.csv').values:
                answers.append(predictor.predict(row))
        load_test()""",
    "to one of several variants": """\
        for row in csv.reader(open('x.csv')):
            answers.append(runtime.invoke_endpoint(EndpointName='once', TargetVariant='b', Body=','.join(row)))""",
    "to another endpoint": """\
        for row in csv.reader(open('x.csv')):
            answers.append(runtime.invoke_endpoint(EndpointName='other', Body=','.join(row)))""",
    "whatever callers give": """\
        def ask(rows):
            for row in rows:
                answers.append(predictor.predict(row))""",
    "some columns of a few rows": "answers = predictor.predict(pd.read_csv('x.csv').iloc[:3, 1:].values)",
    "a table that is only shown": "print(predictor.predict(pd.read_csv('x.csv').values))",
}


def reported(source: str) -> bool:
    found = sagegreen.check_source(source, select=["SG402"])
    assert {finding.code for finding in found} <= {"SG402"}
    return bool(found)


@pytest.mark.parametrize("body", WORK.values(), ids=WORK)
def test_batch_work(body):
    assert reported(HEAD + textwrap.dedent(body) + "\n" + TAIL)


@pytest.mark.parametrize("body", NO_WORK.values(), ids=NO_WORK)
def test_no_batch_work(body):
    assert not reported(HEAD + textwrap.dedent(body) + "\n" + TAIL)


@pytest.mark.parametrize("body", WORK.values(), ids=WORK)
def test_an_endpoint_that_stays_may_have_other_work(body):
    assert not reported(HEAD + textwrap.dedent(body) + "\n")
