"""smoke.py URL: log in as the demo's teacher, open the first journal, see a table of pupils."""

import re
import sys
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar

jar = CookieJar()
browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))


def get(path, form=None):
    data = urllib.parse.urlencode(form).encode() if form else None
    with browser.open(sys.argv[1] + path, data) as answer:
        return answer.read().decode()


page = get("/login/")
token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
get(
    "/login/",
    {"csrfmiddlewaretoken": token, "username": "teacher", "password": "demo-journal"},
)
journals = re.findall(r'href="(/journals/\d+/)"', get("/journals/"))
register = get(journals[0])
pupils = len(re.findall(r"<tr data-student=", register))
lessons = len(re.findall(r"<th [^>]*data-lesson=", register))
assert pupils > 5, register[:2000]
assert lessons > 5, register[:2000]
print(f"smoke: {journals[0]} shows {pupils} pupils and {lessons} lessons")
