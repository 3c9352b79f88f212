"""Drives a scoring server by NVIDIA's own client: python triton_client.py HOST:PORT ROWS.json. Prints what it saw as JSON."""

import json
import sys

import numpy as np
import tritonclient.http as triton

client = triton.InferenceServerClient(sys.argv[1])
with open(sys.argv[2], encoding="utf-8") as file:
    columns = json.load(file)["columns"]


def given(name, datatype, values, *, binary):
    tensor = triton.InferInput(name, list(values.shape), datatype)
    tensor.set_data_from_numpy(values, binary_data=binary)
    return tensor


def flights(*, binary, outputs=None):
    floats = {name: np.array(columns[name], np.float32).reshape(-1, 1) for name in ("dep_delay", "distance")}
    carrier = np.array(columns["carrier"], np.object_).reshape(-1, 1)
    inputs = [given(name, "FP32", values, binary=binary) for name, values in floats.items()]
    result = client.infer(
        "flights", [*inputs, given("carrier", "BYTES", carrier, binary=binary)], outputs=outputs, request_id="seen-7"
    )
    text = [label.decode() if isinstance(label, bytes) else label for label in result.as_numpy("label")]
    return {
        "id": result.get_response()["id"],
        "label": text,
        "probabilities": result.as_numpy("probabilities").ravel().tolist(),
    }


def identity(*, binary):
    """Every datatype there and back, with the integer that no double can hold."""
    values = {
        "b": ("BOOL", np.array([[True], [False]])),
        "f64": ("FP64", np.array([[0.1], [-1e300]])),
        "i8": ("INT8", np.array([[-128], [127]], np.int8)),
        "i32": ("INT32", np.array([[-(2**31)], [7]], np.int32)),
        "i64": ("INT64", np.array([[2**53 + 1], [-(2**63)]])),
        "s": ("BYTES", np.array([["ü 🚂"], [""]], np.object_)),
        "u8": ("UINT8", np.array([[0], [255]], np.uint8)),
    }
    inputs = [given(name, datatype, array, binary=binary) for name, (datatype, array) in values.items()]
    outputs = [triton.InferRequestedOutput(f"{name}_out", binary_data=binary) for name in values]
    result = client.infer("types", inputs, outputs=outputs)
    same = {}
    for name, (datatype, array) in values.items():
        back = result.as_numpy(f"{name}_out")
        if datatype == "BYTES":
            back = np.array([[one.decode() if isinstance(one, bytes) else one] for one in back.ravel()], np.object_)
        same[name] = bool(np.array_equal(back, array) and (datatype == "BYTES" or back.dtype == array.dtype))
    return same


def refusal():
    try:
        client.infer("none", [])
    except triton.InferenceServerException as error:
        return {"status": error.status(), "message": error.message()}
    return None


print(
    json.dumps(
        {
            "live": client.is_server_live(),
            "ready": client.is_server_ready(),
            "model_ready": [client.is_model_ready("flights"), client.is_model_ready("flights", "1"), client.is_model_ready("none")],
            "server": client.get_server_metadata(),
            "model": client.get_model_metadata("flights", "1"),
            "binary": flights(binary=True),
            "json": flights(
                binary=False,
                outputs=[triton.InferRequestedOutput(name, binary_data=False) for name in ("label", "probabilities")],
            ),
            "mixed": flights(
                binary=True,
                outputs=[
                    triton.InferRequestedOutput("label", binary_data=False),
                    triton.InferRequestedOutput("probabilities", binary_data=True),
                ],
            ),
            "identity": [identity(binary=True), identity(binary=False)],
            "refusal": refusal(),
        }
    )
)
