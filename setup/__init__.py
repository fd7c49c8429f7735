"""How a school moves in, and how its years turn.

Set-up pages (`/setup/`), import and export of workbooks, of other programs' timetables and rosters
(`/import/`). `records`: what any file says; `reading`: files → records, pure; then the records are
compared with what stands, shown, and written in one deed that can be taken back.
"""
