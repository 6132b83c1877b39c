"""Mirror a feed of busdb in SQLite, and prove that the mirror is whole.

    python consumer.py "https://busdb.example.org/api/v1/feeds/municipal?ars=15002" mirror.sqlite3

May be interrupted at any time and is then run again: items and cursor are written in one transaction.
"""

import hashlib
import json
import sqlite3
import sys
import urllib.error
import urllib.request


def fetch(address):
    with urllib.request.urlopen(address, timeout=300) as answer:
        return json.load(answer)


def sync(feed, path, fetch=fetch):
    """Bring the mirror up to date; returns how many items changed."""
    mirror = sqlite3.connect(path)
    mirror.executescript(
        "CREATE TABLE IF NOT EXISTS item (id PRIMARY KEY, hash, record);CREATE TABLE IF NOT EXISTS cursor (value);"
    )
    cursor, complete, changed = (mirror.execute("SELECT max(value) FROM cursor").fetchone()[0] or "0"), False, 0
    while not complete:
        try:
            page = fetch(f"{feed}&after={cursor}")
        except urllib.error.HTTPError as error:
            if error.code != 410 or cursor == "0":
                raise
            cursor = "0"  # too old to be continued: the whole set again
            continue
        with mirror:
            if cursor == "0":
                mirror.execute("DELETE FROM item")
            for item in page["items"]:
                if item["op"] == "delete":
                    mirror.execute("DELETE FROM item WHERE id = ?", (item["id"],))
                else:
                    bare = {key: value for key, value in item["record"].items() if key != "hash"}
                    data = json.dumps(bare, ensure_ascii=False, separators=(",", ":"))
                    assert hashlib.sha256(data.encode()).hexdigest() == item["hash"], item["id"]
                    mirror.execute("REPLACE INTO item VALUES (?, ?, ?)", (item["id"], item["hash"], data))
                changed += 1
            mirror.execute("DELETE FROM cursor")
            mirror.execute("INSERT INTO cursor VALUES (?)", (page["cursor"],))
        cursor, complete = page["cursor"], page["complete"]
    hashes = [int(row[0], 16) for row in mirror.execute("SELECT hash FROM item")]
    if (len(hashes), f"{sum(hashes) % 2**256:064x}") != (page["count"], page["checksum"]):
        with mirror:
            mirror.execute("DELETE FROM cursor")
        raise SystemExit("the mirror differs from the server; the next run begins anew")
    mirror.close()
    return changed


if __name__ == "__main__":
    print(sync(*sys.argv[1:3]), "items changed")
