/// The WHEN of a trigger, as pg_get_triggerdef writes it.
package struct TriggerCondition {
    /// Whether it is false for every update that leaves the columns it names as they are.
    ///
    /// True only where that can be read off: some comparison `OLD.a IS DISTINCT FROM NEW.a`, or with `<>`, has to hold in any
    /// case.
    package let asksForChange: Bool

    /// - Parameter definition: the whole CREATE TRIGGER statement; of one that only a later server can read, nothing is known.
    package init(of definition: String) {
        let trigger = (try? PGQuery.parse(definition))?.descendants("CreateTrigStmt").first
        asksForChange = trigger?["whenClause"].map(Self.asksForChange) ?? false
    }

    private static func asksForChange(_ condition: SyntaxTree) -> Bool {
        if let combined = condition["BoolExpr"] {
            let parts = combined.list("args")
            switch combined["boolop"]?.string {
            case "AND_EXPR": return parts.contains(where: asksForChange)
            case "OR_EXPR": return !parts.isEmpty && parts.allSatisfy(asksForChange)
            default: return false
            }
        }
        guard let comparison = condition["A_Expr"], tellsApart(comparison),
            let left = comparison["lexpr"].flatMap(field), let right = comparison["rexpr"].flatMap(field)
        else { return false }
        return left.column == right.column && Set([left.row, right.row]) == ["old", "new"]
    }

    private static func tellsApart(_ comparison: SyntaxTree) -> Bool {
        switch comparison["kind"]?.string {
        case "AEXPR_DISTINCT": true
        // An operator of another schema would have it before its name.
        case "AEXPR_OP": comparison.list("name").map(\.string) == ["<>"]
        default: false
        }
    }

    /// `old.a`, and no more than that.
    private static func field(_ expression: SyntaxTree) -> (row: String, column: String)? {
        guard let names = expression["ColumnRef"]?.list("fields"), names.count == 2, let row = names[0].string,
            let column = names[1].string
        else { return nil }
        return (row, column)
    }
}
