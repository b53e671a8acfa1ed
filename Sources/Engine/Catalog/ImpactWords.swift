import SQL
import Workflow

/// The words for what a further column of a table changes.
struct ImpactWords {
    let table: QualifiedName
    /// The columns that it has today, quoted.
    let columns: [String]

    static let unreadHint =
        "read it: a further column may change what *, OLD, NEW and names without their table mean in it"

    /// The finding about an impact; `place` says what holds the statement, as the beginning of a sentence.
    func finding(_ impact: ColumnImpact, at place: String) -> Finding {
        let list = columns.joined(separator: ", ")
        let naming = "name the columns instead of *: \(list)"
        func shape(_ what: String, _ hint: String) -> Finding {
            Finding("row-shape", .acknowledge, "\(place): \(what): \(impact.statement)", hint: hint)
        }
        func name(_ what: String, _ hint: String) -> Finding {
            Finding("new-name", .acknowledge, "\(place): \(what): \(impact.statement)", hint: hint)
        }
        switch impact.effect {
        case .inserted(let relation):
            return shape("INSERT INTO \(relation) takes every column of \(table), the new one as well", naming)
        case .returned: return shape("every column of \(table) is returned, as a row of another type", naming)
        case .assigned: return shape("the columns of \(table) are assigned to variables by position", naming)
        case .combined:
            return shape(
                "one side of UNION, INTERSECT or EXCEPT has every column of \(table), the other has not",
                naming
            )
        case .compared: return shape("a subquery in an expression has every column of \(table)", naming)
        case .positional:
            return shape("a row is written into \(table) by position", "list the columns: \(table.quoted) (\(list))")
        case .naturallyJoined(let column):
            return name(
                "NATURAL JOIN joins by \(column) as well",
                "write JOIN ... USING with the columns that it joins by now"
            )
        case .ambiguous(let column, let instead):
            let what = "\(column) is ambiguous beside \(table).\(column), and the statement fails"
            return name(what, qualifying(instead))
        case .captured(let column, let instead):
            let what = "\(column) means \(table).\(column), and no longer what it means now"
            return name(what, qualifying(instead))
        case .unread:
            let message =
                "\(place): dynamic SQL, which is not parsed, has the name or a row of \(table): \(impact.statement)"
            return Finding("unread-body", .acknowledge, message, hint: Self.unreadHint)
        }
    }

    private func qualifying(_ instead: String?) -> String {
        if let instead { return "write \(instead)" }
        return "write the name with its table, or a variable with the label of its block, or rename the variable"
    }
}
