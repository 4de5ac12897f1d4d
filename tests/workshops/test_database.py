async def test_smoke(db):
    from workshops.database import value
    assert await value("select count(*) from slots") == 0
