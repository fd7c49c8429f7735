"""What every page of many rows does: show them, take a pasted block, write what is right."""

from dataclasses import dataclass

from django.contrib import messages
from django.shortcuts import redirect, render


@dataclass(frozen=True)
class ListTab:
    """One of the lists of a page. `key` stands in the address, `hint` is said above the rows."""

    key: str
    title: str
    hint: str = ""


def chosen(request, tabs):
    """The ListTab that the address asks for, the first one by default."""
    asked = request.GET.get("tab", "")
    return next((one for one in tabs if one.key == asked), tabs[0])


def listing_page(request, listing, template, context):
    """Answer a GET or POST of a page with a Listing."""
    if request.method == "POST":
        if "take" in request.POST:
            listing.take()
            if listing.told:
                messages.error(request, listing.told)
            else:
                messages.info(request, "Прочитано, но ещё не записано: проверьте и запишите.")
        elif _saved(request, listing):
            return redirect(request.get_full_path())
    return shown(request, listing, template, context)


def shown(request, listing, template, context):
    return render(request, template, {"listing": listing, **context})


def _saved(request, listing):
    """Whether nothing is left to be put right: then the page is opened anew."""
    count = listing.save()
    wrong = len(listing.wrong)
    if count:
        messages.success(request, f"Записано строк: {count}. {listing.told}".strip())
    if wrong:
        messages.error(request, f"Не записано строк: {wrong}. Исправьте отмеченное ниже.")
        listing.remaining()
        return False
    if not count:
        messages.info(request, "Ничего не изменилось.")
    return True
