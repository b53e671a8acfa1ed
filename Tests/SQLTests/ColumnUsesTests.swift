import SQL
import Testing

@Suite struct ColumnUsesTests {
    @Test(arguments: [
        ("(amount >= 100)", "((x) >= 100)"),
        ("amount", "(x)"),
        ("('amount'::text || amount(amounts)) || (amount)::text", "('amount'::text || amount(amounts)) || ((x))::text"),
        (#"("amount" + 1) * -amount"#, "((x) + 1) * -(x)"),
        ("'🐘'::text <> (amount)::text", "'🐘'::text <> ((x))::text"),
        ("(amount).field IS NULL", "((x)).field IS NULL"),
        ("other > 1", "other > 1"),
    ])
    func `each use of a column is replaced, and nothing that only looks like one`(text: String, result: String) throws {
        let uses = try ColumnUses(of: Identifier("amount"), inExpression: text)
        #expect(uses.replaced(by: "x") == result)
        #expect(uses.isEmpty == (text == result))
    }

    @Test(arguments: [
        ("USING btree (amount) INCLUDE (amount)", "USING btree (amount) INCLUDE (amount)"),
        (
            "USING btree (amount, ((amount % 7))) WHERE (amount > 5)",
            "USING btree (amount, (((x) % 7))) WHERE ((x) > 5)"
        ),
    ])
    func `a column that an index lists is no expression`(text: String, result: String) throws {
        #expect(try ColumnUses(of: Identifier("amount"), inIndex: text).replaced(by: "x") == result)
    }

    @Test(arguments: ["t.amount > 1", "t.* IS NOT NULL"])
    func `a column named by its table is refused, as is a whole row`(text: String) {
        #expect(throws: SyntaxError.self) { try ColumnUses(of: Identifier("amount"), inExpression: text) }
    }

    @Test(arguments: [
        ("at AT TIME ZONE 'UTC'", true), ("timezone('UTC'::text, at)", true), ("at AT TIME ZONE zone", false),
        ("at", false),
    ])
    func `a column at a constant time zone is known`(text: String, isKnown: Bool) throws {
        #expect(try SQL.Expression(parsing: text).isColumnAtTimeZone == isKnown)
    }

    @Test(arguments: [
        ("CURRENT_TIMESTAMP", true), ("CURRENT_TIMESTAMP(3)", true), ("LOCALTIMESTAMP", true), ("now()", true),
        ("clock_timestamp()", true), ("timezone('utc'::text, now())", false), ("CURRENT_DATE", false),
    ])
    func `the present moment is known, whatever it is called`(text: String, isKnown: Bool) throws {
        #expect(try SQL.Expression(parsing: text).isPresentMoment == isKnown)
    }
}
