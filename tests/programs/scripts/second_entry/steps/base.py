from abc import ABC, abstractmethod


class Step(ABC):
    instance_type = None
    count = 1

    def __init__(self, config):
        self.config = config

    @abstractmethod
    def execute(self):
        ...
