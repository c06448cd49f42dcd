"""OpenTelemetry, off unless an OTLP endpoint is set; its libraries are only imported then."""

from sqlalchemy.ext.asyncio import AsyncEngine


def configure(endpoint: str, service: str) -> None:
    """Send spans over OTLP/HTTP; spans of messages join the trace of the API call that caused them."""
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
    """Spans for SQL. The check is skipped because the instrumentation does not list SQLAlchemy 2.1, though it works."""
    from opentelemetry.instrumentation.sqlalchemy import SQLAlchemyInstrumentor

    SQLAlchemyInstrumentor().instrument(engine=engine.sync_engine, skip_dep_check=True)
