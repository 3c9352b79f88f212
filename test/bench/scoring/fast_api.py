"""The peer: FastAPI and onnxruntime, as one would write it for speed. python fast_api.py MODEL.onnx"""

import json
import socket
import sys

import numpy as np
import onnxruntime
import orjson
import uvicorn
from fastapi import FastAPI, Request, Response

options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
session = onnxruntime.InferenceSession(sys.argv[1], options)
names = [output.name for output in session.get_outputs()]
dtypes = {"FP32": np.float32, "BYTES": np.object_}
datatypes = {"float32": "FP32", "object": "BYTES"}
app = FastAPI()


@app.post("/v2/models/flights/infer")
async def infer(request: Request):
    body = orjson.loads(await request.body())
    feeds = {
        one["name"]: np.array(one["data"], dtypes[one["datatype"]]).reshape(one["shape"]) for one in body["inputs"]
    }
    outputs = [
        {"name": name, "datatype": datatypes[str(value.dtype)], "shape": value.shape, "data": value.ravel().tolist()}
        for name, value in zip(names, session.run(names, feeds))
    ]
    answer = {"model_name": "flights", "model_version": "1", "id": body.get("id"), "outputs": outputs}
    return Response(orjson.dumps(answer), media_type="application/json")


listener = socket.create_server(("127.0.0.1", 0))
print(json.dumps({"event": "ready", "url": f"http://127.0.0.1:{listener.getsockname()[1]}"}), flush=True)
config = uvicorn.Config(app, log_level="warning", access_log=False, loop="uvloop", http="httptools")
uvicorn.Server(config).run(sockets=[listener])
