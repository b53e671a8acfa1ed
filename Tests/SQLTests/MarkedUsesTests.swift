import SQL
import Testing

@Suite struct MarkedUsesTests {
    @Test(arguments: [
        ("(amount >= 100)", "((x) >= 100)", MarkedUses.Frame.expression),
        ("(t.amount >= 100) AND 'amount' = \"s.1\".amount", "((t.x) >= 100) AND 'amount' = (\"s.1\".x)", .expression),
        ("a.t.amount + amount", "(a.t.x) + (x)", .expression),
        (
            "EXISTS ( SELECT 1 FROM u WHERE (u.amounts = t.amount))",
            "EXISTS ( SELECT 1 FROM u WHERE (u.amounts = (t.x)))",
            .expression
        ),
        (
            "SELECT t.amount AS a, 'g\u{e9}'::text, sum(t.amount) FROM t GROUP BY t.amount",
            "SELECT (t.x) AS a, 'g\u{e9}'::text, sum((t.x)) FROM t GROUP BY (t.x)", .query
        ),
        ("SELECT b FROM t JOIN u USING (amount)", "SELECT b FROM t JOIN u USING (amount)", .query),
        ("(amount / 100), amount, shop", "((x) / 100), amount, shop", .statistics),
        (
            "FOR EACH ROW WHEN (((old.amount IS DISTINCT FROM new.amount) AND (new.amount > 5))) EXECUTE FUNCTION f('amount')",
            "FOR EACH ROW WHEN ((((old.x) IS DISTINCT FROM (new.x)) AND ((new.x) > 5))) EXECUTE FUNCTION f('amount')",
            .trigger
        ),
    ])
    func `each value of the column is replaced, and nothing else`(text: String, result: String, frame: MarkedUses.Frame)
        throws
    {
        let uses = try MarkedUses(of: Identifier("amount"), in: text, as: frame)
        #expect(uses.replaced { "\($0)x" } == result)
    }
}
