import TestSupport
import Testing
import Workflow

@testable import Engine

/// A refused expression says what to write, where the catalog knows it.
@Suite(.scratchDatabase, .timeLimit(.minutes(60)))
struct ExpressionMessageTests {
    private static let schema = """
        CREATE SCHEMA app;
        CREATE TYPE "BookingStatus" AS ENUM ('accepted', 'pending');
        CREATE TYPE app.mood AS ENUM ('good', 'bad');
        CREATE FUNCTION app.slug(text) RETURNS text IMMUTABLE LANGUAGE sql RETURN lower($1);
        CREATE FUNCTION "Slug"(text) RETURNS text IMMUTABLE LANGUAGE sql RETURN lower($1);
        CREATE TABLE "Ban" (id int PRIMARY KEY, "expiresAt" timestamp NOT NULL, "createdAt" timestamp NOT NULL, confirmed boolean NOT NULL, note text);
        CREATE TABLE app.reason (id int);
        """

    struct Case: Sendable, CustomTestStringConvertible {
        let change: String
        let hint: String
        var testDescription: String { change }

        init(_ change: String, _ hint: String) { (self.change, self.hint) = (change, hint) }
    }

    private static let cases = [
        Case(
            #"change_type: {table: Ban, column: note, type: BookingStatus}"#,
            #"for the type bookingstatus write '"BookingStatus"'"#
        ),
        Case(
            #"change_type: {table: Ban, column: note, type: mood}"#,
            "for the type mood write 'app.mood'"
        ),
        Case(
            #"add_required_column: {table: Ban, column: n, type: BookingStatus, fill: "'pending'"}"#,
            #"for the type bookingstatus write '"BookingStatus"'"#
        ),
        Case(
            #"add_required_column: {table: Ban, column: n, type: bigint, fill: '(SELECT count(*) FROM "Ban")'}"#,
            #"for the table Ban write public."Ban""#
        ),
        Case(
            #"add_required_column: {table: Ban, column: n, type: bigint, fill: '(SELECT count(*) FROM reason)'}"#,
            "for the table reason write app.reason"
        ),
        Case(
            #"change_type: {table: Ban, column: note, type: varchar(90), using: "slug(note)", back: note}"#,
            #"for the function slug write app.slug or "Slug""#
        ),
        Case(
            #"change_type: {table: Ban, column: note, type: varchar(90), using: "note::bookingstatus::text", back: note}"#,
            #"for the type bookingstatus write "BookingStatus""#
        ),
        Case(
            #"""
            merge_columns: {table: Ban, from: [expiresAt], to: {name: duration, type: interval}, merge: '"expiresAt" - "createdAt"',
                split: {expiresAt: "'2020-01-01'::timestamp + duration"}}
            """#,
            #"it may name "expiresAt", and not "createdAt", which the change is not about"#
        ),
        Case(
            #"""
            change_type: {table: Ban, column: note, type: jsonb, using: "jsonb_build_object('text', note)", back: "note ->> 'text'"}
            """#,
            "name time zone, format or locale in it, so that it is IMMUTABLE, or call a function of your own that is declared IMMUTABLE in "
                + "place of jsonb_build_object"
        ),
        Case(
            #"change_type: {table: Ban, column: note, type: varchar(90), using: "nothing_like_it(note)", back: note}"#,
            "correct it in the plan"
        ),
    ]

    @Test(arguments: cases)
    func `the hint is what to write`(_ test: Case) async throws {
        let fixture = try Fixture(
            schema: Self.schema,
            plan: "version: 1\nname: kind\nchange:\n  \(test.change)\n"
        )
        let findings = try await fixture.engine().check().filter { $0.id == "expression" || $0.id == "type" }
        #expect(findings.compactMap(\.hint).contains(test.hint), "\(findings)")
    }

    /// What one expression leaves behind would be in the way of the next.
    @Test func `two refused expressions are each refused for their own reason`() async throws {
        let fixture = try Fixture(
            schema: Self.schema,
            plan: #"""
                version: 1
                name: kind
                change:
                  merge_columns: {table: Ban, from: [expiresAt], to: {name: duration, type: interval}, merge: '"expiresAt" - "createdAt"',
                    split: {expiresAt: '"createdAt" + duration'}}
                """#
        )
        let messages = try await fixture.engine().check().filter { $0.id == "expression" }.map(\.message)
        #expect(
            messages == [
                #"duration: "expiresAt" - "createdAt": column "createdAt" does not exist"#,
                #"expiresAt: "createdAt" + duration: column "createdAt" does not exist"#,
            ]
        )
    }
}
