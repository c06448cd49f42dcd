"""OpenTelemetry, off unless an OTLP endpoint is set. The libraries for it are only imported then."""

from sqlalchemy.ext.asyncio import AsyncEngine


def configure(endpoint: str, service: str) -> None:
    """Send spans over OTLP/HTTP; broker spans join the trace of the API call that set them off."""
    from opentelemetry import trace
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.instrumentation.aio_pika import AioPikaInstrumentor
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider(resource=Resource.create({"service.name": f"faktura-{service}"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")))
    trace.set_tracer_provider(provider)
    AioPikaInstrumentor().instrument()


def trace_engine(engine: AsyncEngine) -> None:
    """SQL spans. The instrumentation says it does not know SQLAlchemy 2.1, but works on it (tried)."""
    from opentelemetry.instrumentation.sqlalchemy import SQLAlchemyInstrumentor

    SQLAlchemyInstrumentor().instrument(engine=engine.sync_engine, skip_dep_check=True)
