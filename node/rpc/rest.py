"""What is beside JSON-RPC on the port: health, metrics and their description, in FastAPI.

The routes are coroutines though they await nothing: FastAPI would run plain functions in a thread pool of its own.
"""

from typing import Annotated

from fastapi import FastAPI, Response
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel, Field

from node.rpc.service import Service


class Liveness(BaseModel):
    live: bool


class Readiness(BaseModel):
    ready: bool
    reasons: Annotated[list[str], Field(description="Why not, a sentence each; empty when ready.")]


def rest_application(service: Service) -> FastAPI:
    application = FastAPI(title="Jiaozi node", version=service.node.identity.version)

    @application.get("/health/live", summary="The process answers")
    async def live() -> Liveness:
        return Liveness(live=True)

    @application.get("/health/ready", summary="Whether to send traffic here", responses={503: {"model": Readiness}})
    async def ready(response: Response) -> Readiness:
        reasons = list(service.node.unready())
        response.status_code = 503 if reasons else 200
        return Readiness(ready=not reasons, reasons=reasons)

    @application.get("/metrics", summary="Counters for Prometheus", response_class=PlainTextResponse)
    async def metrics() -> PlainTextResponse:
        return PlainTextResponse(service.metrics.text(service.node), media_type="text/plain; version=0.0.4")

    return application
