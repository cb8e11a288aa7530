"""Defects of anonymous memory."""

from typing import Final

from targets.linux.kernel.defects.defect import Defect, switch

MM_DEFECTS: Final = (
    Defect(
        "unuse-pte-random-data",
        "swapoff maps a page whose read failed, so that a process reads what happened to be there.",
        introduced=(4, 6),
        fixed=(5, 19),
        went_with="9f186f9e5fa9",
        catalogue="H07",
        switches=(switch(unread_page_is_lost={False: True}),),
    ),
)
