package import SQL

/// A value that stands in an old NOT NULL column for a link that is yet to come, until the transaction ends.
///
/// Its foreign key is checked at commit meanwhile, so that none is ever committed.
package struct Placeholder: Sendable, Hashable, Codable {
    /// Where the values come from.
    package enum Source: String, Sendable, Hashable, Codable {
        /// A sequence from the type's least value up, where keys are not likely to be.
        case sequence
        /// gen_random_uuid().
        case uuid
    }

    package var source: Source
    /// The least value of the column's type; of a UUID none.
    package var least: ServerText?

    /// nil for a type that has no such values.
    package init?(type: ServerText) {
        let least = ["smallint": "-32768", "integer": "-2147483648", "bigint": "-9223372036854775808"]
        if let value = least[type.text] {
            source = .sequence
            self.least = ServerText(value)
        } else if type.text == "uuid" {
            source = .uuid
        } else {
            return nil
        }
    }
}

extension ForeignKeyFacts {
    /// When it is checked, as ALTER CONSTRAINT takes it.
    package var timing: ServerText {
        if clauses.text.contains(Self.deferred) { return ServerText(Self.deferred.trimmingPrefix(" ").description) }
        return ServerText(clauses.text.contains(Self.deferrable) ? "DEFERRABLE INITIALLY IMMEDIATE" : "NOT DEFERRABLE")
    }

    /// Everything that ``timing`` can be.
    package static let timings = ["DEFERRABLE INITIALLY DEFERRED", "DEFERRABLE INITIALLY IMMEDIATE", "NOT DEFERRABLE"]
        .map { ServerText($0) }

    /// The same foreign key, checked when one of the ``timings`` says.
    package func timed(_ timing: ServerText) -> ForeignKeyFacts {
        var copy = untimed
        let written = " " + timing.text.replacing(" INITIALLY IMMEDIATE", with: "")
        let clause = [Self.deferred, Self.deferrable].first { $0 == written }
        copy.clauses = ServerText(copy.clauses.text + (clause ?? ""))
        return copy
    }

    /// The same foreign key, whenever it is checked.
    package var untimed: ForeignKeyFacts {
        var copy = self
        copy.clauses = ServerText(
            clauses.text.replacing(Self.deferred, with: "").replacing(Self.deferrable, with: "")
        )
        return copy
    }

    private static let deferred = " DEFERRABLE INITIALLY DEFERRED"
    private static let deferrable = " DEFERRABLE"
}

extension MoveRelation.Requirement {
    /// What a placeholder asks for: a type that has values to spare, and a foreign key that can be checked at commit.
    package func findings(_ column: ColumnFacts, _ foreignKey: ForeignKeyFacts?, of table: QualifiedName) -> [Finding] {
        guard self == .placeholder, column.isNotNull else { return [] }
        let shown = "\(table).\(column.name)"
        var findings: [Finding] = []
        if foreignKey == nil {
            let message = "\(shown) has no foreign key, so that a placeholder could be committed"
            findings.append(Finding("placeholder", .refused, message, hint: "use required: at_commit"))
        }
        if Placeholder(type: column.type) == nil {
            let message = "\(shown) is of \(column.type.text): placeholders are integers or UUIDs"
            findings.append(Finding("placeholder", .refused, message, hint: "use required: at_commit"))
        }
        return findings
    }
}
