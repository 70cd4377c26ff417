"""Writes a trained network as a Vosk model."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from models.training import features, graph, kaldi, network


@dataclass(frozen=True)
class Decoding:
    """What `conf/model.conf` says."""

    beam: float = 13.0
    blank: float = 4.0
    """Taken off the score of the blank, in nats: CTC writes nothing too readily."""
    lattice_beam: float = 0.01
    max_active: int = 200
    min_active: int = 20
    chunk_frames: int = 9
    """Feature frames the network is given at a time: the step in which words can appear."""
    trailing_silence_s: tuple[float, float, float] = (0.5, 0.75, 1.0)
    """Silence that ends an utterance: likely end, less likely, unlikely."""
    longest_s: float = 8.0
    """An utterance ends here at the latest. Lattices of long quiet talk explode: one recording of
    14 s kept the assistant waiting for 119 s at Vosk's own 20 s, for 5.6 s at 10 s, for 1.8 s at
    8 s, and for 0.6 s at 6 s, which would cut what is said late after a silence."""

    def text(self) -> str:
        """Return the file."""
        rules = zip((2, 3, 4), self.trailing_silence_s, strict=True)
        ends = [f"--endpoint.rule{n}.min-trailing-silence={seconds}" for n, seconds in rules]
        lines = [
            "--acoustic-scale=1.0",
            f"--frame-subsampling-factor={network.SUBSAMPLING}",
            f"--endpoint.silence-phones={graph.BLANK_PHONE}",
            *ends,
            f"--endpoint.rule5.min-utterance-length={self.longest_s}",
            f"--beam={self.beam}",
            f"--lattice-beam={self.lattice_beam}",
            f"--max-active={self.max_active}",
            f"--min-active={self.min_active}",
            f"--frames-per-chunk={self.chunk_frames}",
        ]
        return "\n".join(lines) + "\n"


def export(net: network.Tdnn, folder: Path, costs: graph.GraphCosts, decoding: Decoding) -> None:
    """Write the model's folder."""
    for part in ("am", "conf", "graph"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    outputs = [unit for unit, _ in graph.phones().table()]
    mdl = kaldi.final_mdl(net, outputs, features.BINS, decoding.blank)
    (folder / "am" / "final.mdl").write_bytes(mdl)
    (folder / "conf" / "mfcc.conf").write_text(features.mfcc_conf())
    (folder / "conf" / "model.conf").write_text(decoding.text())
    graph.write(folder / "graph", costs)
