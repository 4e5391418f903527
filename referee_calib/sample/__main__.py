"""``python -m referee_calib.sample OUT_DIR``: render the sample study anew."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from referee_calib.errors import RefereeCalibError
from referee_calib.sample.write_study import write_records, write_study


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("out_dir", type=click.Path(file_okay=False, path_type=Path))
@click.option("--seed", default=0, show_default=True, help="Seed of questions, replies and simulated ratings.")
@click.option("--records-only", is_flag=True, help="Replace the records of a folder and leave its videos alone.")
def main(out_dir: Path, seed: int, records_only: bool) -> None:
    """Render the sample study into OUT_DIR: its clips, the replies, the truth, the simulated ratings."""
    from tqdm import tqdm

    def shown(scenes: Iterable[Any]) -> Iterable[Any]:
        return tqdm(scenes, desc="rendering", unit="clip", disable=None)

    try:
        if records_only:
            write_records(out_dir, seed)
        else:
            write_study(out_dir, seed, shown)
    except RefereeCalibError as error:
        click.echo(f"error: {error}", err=True)
        raise SystemExit(2) from error
    click.echo(str(out_dir))


if __name__ == "__main__":
    main()
