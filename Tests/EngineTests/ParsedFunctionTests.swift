import TestSupport
import Testing
import Workflow

@testable import Engine

/// Functions whose parsed body reads a column that changes its type; what goes along with it is among `KindCase.around`.
@Suite(.scratchDatabase, .timeLimit(.minutes(60)))
struct ParsedFunctionTests {
    private func fixture(_ function: String, _ section: String = "type: bigint") throws -> Fixture {
        try Fixture(
            schema: """
                CREATE TABLE t (id int PRIMARY KEY, n int NOT NULL);
                INSERT INTO t SELECT n, n FROM generate_series(1, 100) n;
                \(function);
                """,
            plan: """
                version: 1
                name: kind
                change: {change_type: {table: t, column: n, \(section)}}
                acknowledge: [unconvertible]
                phases:
                  lock_deadline: 10m
                  dual_write_check: {observe: 0s, min_writes: 0}
                  contract: {retain: 7d}
                """
        )
    }

    @Test(
        arguments: [
            ("f() RETURNS int RETURN (SELECT max(n) FROM t)", "it returns values of the type that the column has now"),
            (
                "f() RETURNS SETOF t BEGIN ATOMIC SELECT * FROM t WHERE n > 3; END",
                "it returns values of the type that the column has now"
            ),
            (
                "f(OUT a int, OUT b text) BEGIN ATOMIC SELECT n, 'b' FROM t; END",
                "it returns values of the type that the column has now"
            ),
            (
                "f() RETURNS TABLE (a int) BEGIN ATOMIC SELECT n FROM t; END",
                "it returns values of the type that the column has now"
            ),
            (
                "f() RETURNS SETOF record BEGIN ATOMIC SELECT n FROM t; END",
                "what it returns is known only where it is called"
            ),
            ("f(i int) RETURNS void BEGIN ATOMIC UPDATE t SET n = i WHERE id = i; END", "it writes to public.t"),
            ("f() RETURNS varbit RETURN (SELECT max(n)::bit(32)::varbit FROM t)", nil),
            ("f(i int) RETURNS bigint RETURN (SELECT sum(n) FROM t WHERE n > i)", nil),
        ] as [(String, String?)]
    )
    func `one that would return or write values of the old type keeps contract closed`(
        _ function: String,
        reason: String?
    )
        async throws
    {
        let findings = try await fixture("CREATE FUNCTION \(function)").engine().check().filter { $0.id == "function" }
        #expect(findings.count == 1)
        #expect(findings.first?.weight == (reason == nil ? .carried : .blocksContract), "\(findings)")
        if let reason { #expect(findings.first?.hint?.hasSuffix(": " + reason) == true, "\(findings)") }
    }

    @Test func `under an expression of the plan's own it keeps contract closed`() async throws {
        let fixture = try fixture(
            "CREATE FUNCTION f() RETURNS bigint RETURN (SELECT count(*) FROM t WHERE n > 10)",
            "type: bigint, using: 'n * 100', back: '(n / 100)::int'"
        )
        let findings = try await fixture.engine().check().filter { $0.id == "function" }
        #expect(findings.map(\.weight) == [.blocksContract])
        #expect(findings.first?.hint?.hasSuffix("it would mean something else of the new values") == true)
    }

    /// It keeps its number, and so what hangs on it.
    @Test func `it reads the column that has the name, in every phase and after the way back`() async throws {
        let fixture = try fixture("CREATE FUNCTION f() RETURNS bigint RETURN (SELECT sum(n) FROM t)")
        let reads = """
            SELECT string_agg(a.attname || ' ' || format_type(a.atttypid, NULL), ',' ORDER BY a.attnum) FROM pg_depend d
              JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
             WHERE d.classid = 'pg_proc'::regclass AND d.objid = 'public.f()'::regprocedure AND d.refclassid = 'pg_class'::regclass
            """
        let (oid, dump) = (
            try fixture.value("SELECT 'public.f()'::regprocedure::oid::text", as: String.self), try await fixture.dump()
        )
        try await fixture.advance(through: .enforce)
        #expect(try fixture.value(reads, as: String.self) == "n integer")
        try await fixture.advance(through: .contract)
        #expect(try fixture.value(reads, as: String.self) == "n bigint")
        #expect(try fixture.value("SELECT public.f()", as: Int.self) == 5050)
        try await fixture.rollBack(to: .enforce)
        #expect(try fixture.value(reads, as: String.self) == "n integer")
        try await fixture.advance(through: .contract)
        try await fixture.rollBack()
        #expect(try fixture.value(reads, as: String.self) == "n integer")
        #expect(try fixture.value("SELECT 'public.f()'::regprocedure::oid::text", as: String.self) == oid)
        #expect(try await fixture.dump() == dump)
    }

    @Test func `what was made of it since contract is not overwritten`() async throws {
        let fixture = try fixture("CREATE FUNCTION f() RETURNS bigint RETURN (SELECT sum(n) FROM t)")
        try await fixture.advance(through: .contract)
        try fixture.sql("CREATE OR REPLACE FUNCTION f() RETURNS bigint RETURN (SELECT max(n) FROM public.t)")
        let failure = await #expect(throws: Failure.self) { try await fixture.rollBack() }
        #expect(
            failure?.message.contains("function public.f() of public.t is not as contract made it") == true,
            "\(String(describing: failure))"
        )
        try fixture.sql("CREATE OR REPLACE FUNCTION f() RETURNS bigint RETURN (SELECT sum(n) FROM public.t)")
        try await fixture.rollBack()
    }

    @Test func `one that is changed before contract goes along as changed`() async throws {
        let fixture = try fixture("CREATE FUNCTION f() RETURNS bigint RETURN (SELECT sum(n) FROM t)")
        try await fixture.advance(through: .enforce)
        try fixture.sql("CREATE OR REPLACE FUNCTION f() RETURNS bigint RETURN (SELECT 2 * sum(n) FROM public.t)")
        try await fixture.advance(through: .contract)
        #expect(try fixture.value("SELECT public.f()", as: Int.self) == 10100)
    }
}
