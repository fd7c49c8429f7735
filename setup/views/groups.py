"""Who sits in which group: ticks, and ways to part a class at once."""

from django.contrib import messages
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST

from attendance.refusals import Refused
from school import access
from school.answers import refusals_as_json
from school.converters import is_key, key
from school.queries.calendar import year_to_plan
from school.rules.texts import counted

from ..actions.groups import Move, split_up
from ..actions.groups import place as place_pupils
from ..drawing import ticks_body
from ..queries.groups import class_named, groups_of, year_before
from ..splitting import Way


@require_http_methods(["GET", "POST"])
def page(request):
    """The ticks of a class; a POST saves them, or parts what is not parted yet."""
    access.admin(request.user)
    year = year_to_plan(timezone.localdate())
    groups = year and groups_of(year)
    parted = [one for one in groups.load.classes if groups.splits[one.pk]] if groups else []
    if not parted:
        return render(request, "setup/groups.html", {"year": year})
    chosen = _class_asked(request, groups, parted)
    if request.method == "POST":
        return _done(request, year, groups, chosen)
    return _page(request, groups, parted, chosen)


def _class_asked(request, groups, parted):
    if asked := request.GET.get("class"):
        found = class_named(groups, key(asked))
        if found is None:
            raise Http404
        return found
    return next((one for one in parted if groups.wanting(one.pk)), parted[0])


def _page(request, groups, parted, chosen, refused=None):
    splits = groups.splits[chosen.pk]
    wanting = {one.pk: groups.wanting(one.pk) for one in parted}
    following = _next(parted, chosen, wanting)
    ways = [one for one in Way if one is not Way.LAST_YEAR or year_before(groups.load.year)]
    context = {
        "year": groups.load.year,
        "chosen": chosen,
        "tabs": [(one, wanting[one.pk], one == chosen) for one in parted],
        "splits": splits,
        "unsettled": [
            one
            for one in splits
            if any(groups.wants(pupil, one) for pupil in groups.pupils.get(chosen.pk, ()))
        ],
        "body": ticks_body(groups, chosen.pk, refused or {}),
        "pupils": len(groups.pupils.get(chosen.pk, ())),
        "told": _told(groups, chosen),
        "ways": [(one.value, one.told) for one in ways],
        "all_wanting": sum(groups.wanting(one.pk) for one in parted),
        "following": following,
        "deed": request.GET.get("deed", ""),
    }
    return render(request, "setup/groups.html", context)


def _next(parted, chosen, wanting):
    """The next class in which somebody is not parted yet, else simply the next one."""
    place = parted.index(chosen) if chosen in parted else -1
    later = [*parted[place + 1 :], *parted[: max(place, 0)]]
    return next((one for one in later if wanting[one.pk]), later[0] if later else None)


def _told(groups, chosen):
    """[(subject, names of those who are in none of its groups)]"""
    pupils = groups.pupils.get(chosen.pk, ())
    found = []
    for split in groups.splits[chosen.pk]:
        names = [one.name for one in pupils if groups.wants(one, split)]
        if names:
            found.append((split.title, names[:3], len(names) - 3 if len(names) > 3 else 0))
    return found


def _done(request, year, groups, chosen):
    sent = request.POST
    try:
        if "split" in sent or "all" in sent:
            way = _way(sent.get("way"))
            its = {} if "all" in sent else {"school_class": chosen.pk, "key": key(sent["split"])}
            placed = split_up(year, request.user, way, **its)
        else:
            moves = _moves(sent, groups, chosen)
            placed = place_pupils(year, chosen, moves, request.user)
    except Refused as error:
        messages.error(request, str(error))
        return redirect(_url(chosen))
    people = counted(placed.count, "место записано", "места записаны", "мест записано")
    messages.success(request, f"{people}.")
    names = {one.student.pk: one.name for one in groups.pupils.get(chosen.pk, ())}
    for (student, _), why in placed.refused.items():
        messages.error(request, f"{names[student]}: {why}")
    for student, _ in placed.moved_meanwhile:
        messages.warning(request, f"{names[student]}: группу тем временем изменили, посмотрите.")
    return redirect(_url(chosen, placed.deed if placed.count else ""))


def _url(chosen, deed=""):
    asked = {"class": chosen.pk} | ({"deed": deed} if deed else {})
    return f"{reverse('setup_groups')}?{urlencode(asked)}"


def _way(text):
    if text not in list(Way):
        raise Http404
    return Way(text)


def _moves(sent, groups, chosen):
    """What the ticks of the form say beside those that were drawn; Refused for two ticks of one
    subject."""
    ticked, drawn = set(sent.getlist("t")), set(sent.getlist("was"))
    found = []
    for pupil in groups.pupils.get(chosen.pk, ()):
        for split in groups.splits[chosen.pk]:
            names = {one: f"{pupil.student.pk}-{one}" for one in split.groups}
            now = [one for one, name in names.items() if name in ticked]
            was = [one for one, name in names.items() if name in drawn]
            if len(now) > 1:
                now = [one for one in now if one not in was] or now
            if len(now) > 1:
                raise Refused(f"{pupil.name}, {split.title}: отмечены две группы, нужна одна.")
            if now != was[:1]:
                found.append(
                    Move(pupil.student.pk, split.key, next(iter(was), None), next(iter(now), None))
                )
    return found


@require_POST
@refusals_as_json("Такой группы уже нет: откройте страницу ещё раз.")
def place(request):
    """A tick, as the script sends it; 409 where somebody was first."""
    access.admin(request.user)
    year, sent = year_to_plan(timezone.localdate()), request.POST
    if year is None or not all(
        is_key(sent.get(name, "")) for name in ("class", "student", "split")
    ):
        raise Http404
    was, to = (key(sent[name]) if sent.get(name) else None for name in ("was", "text"))
    chosen = class_named(groups_of(year), key(sent["class"]))
    if chosen is None:
        raise Http404
    move = Move(key(sent["student"]), key(sent["split"]), was, to)
    try:
        placed = place_pupils(year, chosen, [move], request.user)
    except Refused as error:
        return JsonResponse({"message": str(error)}, status=422)
    after = groups_of(year)
    answer = _state(after, chosen.pk, move)
    if placed.refused:
        return JsonResponse(answer | {"message": next(iter(placed.refused.values()))}, status=422)
    if placed.moved_meanwhile:
        told = {"message": "Группу тем временем изменили: здесь показано, как теперь."}
        return JsonResponse(answer | told, status=409)
    return JsonResponse(answer | {"deed": placed.deed if placed.count else ""})


def _state(groups, school_class, move):
    """What stands now of a pupil's groups, and what is counted."""
    splits = groups.splits[school_class]
    split = next((one for one in splits if one.key == move.split), None)
    pupils = groups.pupils.get(school_class, ())
    pupil = next((one for one in pupils if one.student.pk == move.student), None)
    group = pupil.group_in(split) if pupil and split else None
    return {
        "text": str(group or ""),
        "wants": bool(pupil and split and groups.wants(pupil, split)),
        "counts": {str(one.group): one.count for its in splits for one in its.columns},
        "wanting": {str(one.pk): groups.wanting(one.pk) for one in groups.load.classes},
        "at": f"{timezone.localtime():%H:%M}",
    }
