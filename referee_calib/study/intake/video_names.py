"""Which file a video's name in a reply means: as it is, or the one file that it can only mean.

Names come without a suffix, in another case, with letters that are composed otherwise, or as a whole path. Where one
file fits, the claim takes that file's name, and how many videos did so is said; where none or several fit, the name
stays and is refused with what is there.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from referee_calib.errors import VideoError

SUFFIXES = frozenset(
    {".mp4", ".m4v", ".mov", ".webm", ".mkv", ".avi", ".ts", ".mts", ".mpg", ".mpeg", ".flv", ".wmv", ".3gp", ".gif"}
)


class NamedOtherwise(VideoError):
    """A video whose name is not quite that of any file.

    Parameters
    ----------
    seen : str
        The video.
    alike : list of str
        The names that are nearly its own.
    """

    def __init__(self, seen: str, alike: list[str]) -> None:
        do = f"There is {', '.join(map(repr, alike[:3]))}, which is another name: write it as the file is named."
        super().__init__(seen, "there is no such file", do)
        self.alike = alike

    def __reduce__(self) -> tuple[type[NamedOtherwise], tuple[str, list[str]]]:
        return type(self), (self.seen, self.alike)


class VideoNames:
    """The names of videos in replies as names of files below the folders that are looked in.

    Parameters
    ----------
    folders : sequence of Path
        Where videos lie, the first before the second.

    Attributes
    ----------
    changed : Counter
        How many videos took the name of their file, by what was different.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = folders
        self._known: dict[str, str] = {}
        self._listings: dict[Path, tuple[str, ...]] = {}
        self.changed: Counter[str] = Counter()

    def name_of(self, video: str) -> str:
        """Return the name of the file that a video's name means; the name itself where no single file does."""
        found = self._known.get(video)
        if found is None:
            found = self._known[video] = self._look_up(video)
        return found

    def file_of(self, video: str) -> Path:
        """Return the file of that very name in the first folder that has it.

        Raises VideoError when none has, with the files that the name may mean.
        """
        try:
            there = [folder / video for folder in self._folders if (folder / video).exists()]
            alike = [] if there else self._alike(video)[0]
        except OSError as error:  # a name longer than any file's, a folder that nobody may look into
            raise VideoError(f"video {video!r:.80}", error.strerror or str(error)) from error
        if there:
            return there[0]
        if alike:
            raise NamedOtherwise(f"video {self._folders[0] / video}", alike)
        do = "Check the path in the claims, and --media, the folder that it starts from."
        raise VideoError(f"video {self._folders[0] / video}", "there is no such file", do)

    def refuse_whole_path(self, video: str) -> None:
        """Raise VideoError for a path from the root, with the beginning to take off."""
        parts = PurePosixPath(video).parts
        if not PurePosixPath(video).is_absolute():
            return
        do = "Name the folder that holds it: --media DIR, or take off its beginning: --strip-prefix PREFIX"
        for k in range(1, len(parts)):
            if any((folder / PurePosixPath(*parts[k:])).exists() for folder in self._folders):
                do = f"Take off its beginning: --strip-prefix {PurePosixPath(*parts[:k])}"
                break
        raise VideoError(f"video {video!r:.200}", "it is a whole path, not one inside the media folder", do)

    def _look_up(self, video: str) -> str:
        try:
            if not PurePosixPath(video).is_absolute() and any((folder / video).exists() for folder in self._folders):
                return video
            inside = self._inside(video)
            if inside is not None:
                self.changed["whole path"] += 1
                return inside
            names, how = self._alike(video)
        except (OSError, ValueError):  # a name that no file can have is refused where it is opened
            return video
        if len(names) != 1:
            return video
        self.changed[how] += 1
        return names[0]

    def _inside(self, video: str) -> str | None:
        """Return a whole path below one of the folders as the path from there."""
        path = Path(video)
        if not path.is_absolute() or not path.exists():
            return None
        for folder in self._folders:
            for root in (folder.absolute(), folder.resolve()):
                if path.is_relative_to(root):
                    return path.relative_to(root).as_posix()
        return None

    def _listing(self, folder: Path) -> tuple[str, ...]:
        if folder not in self._listings:
            names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else ()
            self._listings[folder] = tuple(names)
        return self._listings[folder]

    def _alike(self, video: str) -> tuple[list[str], str]:
        """Return the files that differ in suffix, case or composition alone, and in what."""
        place = PurePosixPath(video)
        if place.is_absolute() or ".." in place.parts:
            return [], ""
        wanted = _folded(place.name)
        for folder in self._folders:
            names = self._listing(folder / place.parent)
            same = [name for name in names if _folded(name) == wanted]
            if same:
                composed = unicodedata.normalize("NFC", same[0]) == unicodedata.normalize("NFC", place.name)
                return _placed(place, same), "composed letters" if composed else "upper and lower case"
            longer = [name for name in names if _without_suffix(name) == wanted]
            if longer:
                return _placed(place, longer), "suffix"
        return [], ""


def _placed(place: PurePosixPath, names: Sequence[str]) -> list[str]:
    return [str(place.with_name(name)) for name in names]


def _without_suffix(name: str) -> str:
    stem, dot, suffix = _folded(name).rpartition(".")
    return stem if f"{dot}{suffix}" in SUFFIXES else ""


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
