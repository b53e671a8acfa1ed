import Testing

@testable import Postgres

@Suite struct ConnectionTargetTests {
    private func target(_ url: String?, _ environment: [String: String] = [:]) -> ConnectionTarget {
        ConnectionTarget(url: url, environment: environment)
    }

    // MARK: - Sources

    @Test func `the argument goes before DATABASE_URL`() {
        let target = target("postgresql://one/a", ["DATABASE_URL": "postgresql://two/b"])
        #expect(target[keyword: "host"] == "one")
    }

    @Test(arguments: [nil, "", "  "])
    func `DATABASE_URL is taken when there is no argument`(url: String?) {
        #expect(target(url, ["DATABASE_URL": "postgresql://two/b"])[keyword: "dbname"] == "b")
    }

    @Test func `without either everything is left to libpq`() {
        let target = target(nil)
        #expect(target.parameters.isEmpty)
        #expect(target.problem == nil)
        #expect(target.description == "libpq's defaults")
    }

    // MARK: - Forms

    @Test(arguments: [
        "postgres://ada@db.example:5433/app", "postgresql://ada@db.example:5433/app",
        "user=ada host=db.example port=5433 dbname=app", " postgres://ada@db.example:5433/app\n",
    ])
    func `URLs and keyword strings say the same`(text: String) {
        let target = target(text)
        #expect(target.description == "user=ada host=db.example port=5433 dbname=app")
    }

    @Test func `a bare word is the name of a database`() {
        #expect(target("app")[keyword: "dbname"] == "app")
    }

    @Test func `percent-encoded passwords are decoded`() {
        #expect(target("postgres://ada:p%40ss%2F%3F%25%C3%A9@h/d")[keyword: "password"] == "p@ss/?%é")
    }

    @Test(arguments: [
        "postgres:///app?host=/tmp/x", "postgres://ignored/app?host=%2Ftmp%2Fx", "postgres://%2Ftmp%2Fx/app",
    ])
    func `a socket's folder may stand in the query or in the host`(url: String) {
        #expect(target(url)[keyword: "host"] == "/tmp/x")
    }

    // MARK: - Prisma

    @Test func `parameters that only Prisma knows are dropped, and libpq's are kept`() {
        let url = """
            postgresql://ada:secret@h:5432/app?schema=my%20app&connection_limit=5&sslmode=require&pool_timeout=2\
            &pgbouncer=true&sslaccept=strict&statement_cache_size=0&socket_timeout=3&connect_timeout=7&application_name=web
            """
        let target = target(url)
        #expect(target.problem == nil)
        #expect(target.schemaHint == "my app")
        #expect(target[keyword: "sslmode"] == "require")
        #expect(target[keyword: "connect_timeout"] == "7")
        #expect(
            Set(target.parameters.map(\.keyword)) == [
                "user", "password", "host", "port", "dbname", "sslmode", "connect_timeout", "application_name",
            ]
        )
    }

    @Test func `ssl=true is taken as JDBC means it`() {
        #expect(target("postgres://h/d?ssl=true")[keyword: "sslmode"] == "require")
    }

    @Test func `without schema there is no hint`() {
        #expect(target("postgres://h/d").schemaHint == nil)
    }

    // MARK: - Secrets

    @Test(arguments: [
        "postgres://ada:hunter2@h/d", "host=h user=ada password=hunter2", "host=h sslpassword=hunter2",
        // What follows cannot be read; libpq's own messages quote pieces of it.
        "postgres://ada:hunter2@x@h/d", "postgres://ada:hunter2/x@h/d", "postgres://ada:hunter2?x@h/d",
        "postgres://ada:hunter2?x=1@h/d", "postgres://ada:%zz_hunter2@h/d", "mysql://ada:hunter2@h/d",
        "host=h passwort=hunter2", "host=h password='hunter2", "dbname=postgres://ada:hunter2@h/d",
    ])
    func `a password is in no text about the target`(text: String) {
        let target = target(text)
        var dumped = ""
        dump(target, to: &dumped)
        for shown in ["\(target)", String(reflecting: target), dumped, target.problem ?? ""] {
            #expect(!shown.contains("hunter2"))
        }
    }

    @Test(arguments: [
        ("postgres://ada:pw@x@h/d", "%40"), ("postgres://ada:p/w@h/d", "%2F"),
        ("postgres://ada:pw?x@h/d", "name=value"),
        ("postgres://h:port/d", "port"), ("mysql://h/d", "postgresql://"), ("host=h nonsense", "keyword=value"),
        ("host=h unknown=1", "keyword=value"), ("postgres://h/d?schema", "name=value"), ("host=h\0", "NUL"),
        ("dbname=postgres://h/d", "name of a database"),
    ])
    func `text that cannot be read is a problem with advice`(text: String, advice: String) throws {
        let target = target(text)
        #expect(try #require(target.problem).contains(advice))
        #expect(target.description == "an unreadable connection string")
        let error = #expect(throws: PostgresError.self) {
            try Connection.open(target, SessionOptions(applicationName: "tests"))
        }
        #expect(error?.isConnectionProblem == true)
    }

    @Test func `messages are scrubbed of every password and put on one line`() {
        let target = target("postgres://ada:hunter2@h/d", ["PGPASSWORD": "swordfish"])
        #expect(target.scrubbed("no: hunter2\n\tand swordfish\n") == "no: *** and ***")
    }

    @Test func `a password that is also a shown name does not make messages unreadable`() {
        let target = target("postgres://postgres:postgres@h/postgres")
        #expect(target.scrubbed("database \"postgres\" does not exist") == "database \"postgres\" does not exist")
    }
}
