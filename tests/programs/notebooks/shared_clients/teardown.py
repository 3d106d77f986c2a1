from clients import sagemaker as sm
from settings import ENDPOINT

sm.delete_endpoint(EndpointName=ENDPOINT)
