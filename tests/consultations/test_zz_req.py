import pytest
@pytest.mark.parametrize("path,data", [("/desk/cases/new/",{"department":"\0","topic":"\0"}),("/desk/cases/new/form-link/",{"department":"\0","email":"a@x.example.jp\0"})])
def test_nul_post(desk, kohoku, path, data):
    desk.raise_request_exception=False
    assert desk.post(path, data).status_code < 500
@pytest.mark.parametrize("q", ["q=%00","department=%00","topic=%00","pair=%00","status=%00","page=%00","list=%00"])
def test_nul_list(desk, new_case, q):
    desk.raise_request_exception=False
    assert desk.get("/desk/cases/?"+q).status_code < 500
def test_nul_case(desk, new_case):
    desk.raise_request_exception=False
    for act in ["note","reply","answer","hold","origin","contact","pair","describe","ask","supports"]:
        d={k:"a\0b" for k in ["text","topic","department","section","name","email","cc","phone","pair","title","menu","reason","once","version","question","kind","level"]}
        r=desk.post(f"/desk/cases/{new_case.number}/{act}/", d); print(act, r.status_code)
        assert r.status_code<500, act
def test_nul_dir(client, kohoku):
    client.raise_request_exception=False
    assert client.get("/departments/?q=%00").status_code<500
