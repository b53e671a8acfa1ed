import Diagnostics
import SQL
import YAML

extension ValueForm where Value == String {
    /// A text that says something.
    static var text: ValueForm { text(matching: nil, "a text that is not empty") }

    /// A text that fits on a line of output.
    static var line: ValueForm { text(matching: "\\S.{0,99}", "a line of at most 100 characters") }

    /// A text of which the whole matches a regular expression; `expected` says so in words.
    static func text(matching pattern: String?, _ expected: String) -> ValueForm {
        ValueForm(
            .text(pattern: pattern),
            read: { cursor in
                guard let scalar = cursor.text() else { return nil }
                if let pattern {
                    if scalar.text.isWhole(pattern) { return scalar.text }
                } else if scalar.text.contains(where: { !$0.isWhitespace }) {
                    return scalar.text
                }
                cursor.refuse(.invalidValue, "\(cursor.label) must be \(expected), not '\(scalar.text)'")
                return nil
            },
            written: JSON.string
        )
    }
}

extension ValueForm where Value == Int {
    /// A whole number.
    static func integer(in range: ClosedRange<Int>) -> ValueForm {
        ValueForm(
            .integer(range),
            read: { cursor in
                guard let number = cursor.integer() else { return nil }
                if range.contains(number) { return number }
                let limits = range.upperBound == .max ? "at least \(range.lowerBound)" : range.inWords(String.init)
                cursor.refuse(.outOfRange, "\(cursor.label) must be \(limits), not \(number)")
                return nil
            },
            written: JSON.integer
        )
    }

    /// One number and no other, which says how to read all the rest.
    static func version(_ version: Int) -> ValueForm {
        ValueForm(.constant(version)) { cursor in
            guard let number = cursor.integer() else { return nil }
            if number == version { return number }
            cursor.refuse(.version, "plans of version \(number) are not known here; this is version \(version)")
            return nil
        }
    }
}

extension ValueForm where Value == Bool {
    /// `true` or `false`.
    static var boolean: ValueForm { ValueForm(.boolean, read: { $0.boolean() }, written: JSON.boolean) }
}

extension ValueForm where Value == Duration {
    /// A number and a unit, such as `250ms`.
    static func duration(from least: Duration, to most: Duration) -> ValueForm {
        let range = least...most
        return ValueForm(
            .duration(range),
            read: { cursor in
                guard let text = cursor.text()?.text else { return nil }
                guard let duration = Duration(planText: text) else {
                    let isNumber = text.isWhole("[0-9]+")
                    cursor.refuse(
                        .invalidValue,
                        "\(cursor.label) must be a duration such as 500ms, 10s, 5m, 24h or 7d, not '\(text)'",
                        fix: isNumber ? "add a unit, as in '\(text)s'" : nil
                    )
                    return nil
                }
                if range.contains(duration) { return duration }
                cursor.refuse(.outOfRange, "\(cursor.label) must be \(range.inWords(\.planText)), not \(text)")
                return nil
            },
            written: { .string($0.planText) }
        )
    }
}

extension ValueForm where Value: RawRepresentable<String> & CaseIterable {
    /// One of the words of an enumeration; some more are known, but cannot be honoured.
    static func choice(unsupported: [Unsupported] = []) -> ValueForm {
        let words = Value.allCases.map(\.rawValue)
        return ValueForm(
            .choice(words),
            read: { cursor in
                guard let text = cursor.text()?.text else { return nil }
                if let value = Value(rawValue: text) { return value }
                if let word = unsupported.first(where: { $0.name == text }) {
                    cursor.refuse(.unsupported, word.message)
                    return nil
                }
                cursor.refuse(
                    .invalidValue,
                    "\(cursor.label) must be \(words.inWords), not '\(text)'",
                    fix: closestMatch(to: text, among: words).map { "did you mean '\($0)'?" }
                )
                return nil
            },
            written: { .string($0.rawValue) }
        )
    }
}

extension ValueForm where Value == Identifier {
    /// A name of the database, taken literally.
    static var identifier: ValueForm {
        ValueForm(.text(pattern: nil)) { $0.name(Identifier.init(_:)) }
    }
}

extension ValueForm where Value == QualifiedName {
    /// A table's name, with its schema before a dot where one is meant.
    static var qualifiedName: ValueForm {
        ValueForm(.text(pattern: nil)) { $0.name(QualifiedName.init(parsing:)) }
    }
}

extension ValueForm where Value == ColumnReference {
    /// A column of another table: `User.id`.
    static var columnReference: ValueForm {
        ValueForm(.text(pattern: nil)) { $0.name(ColumnReference.init(parsing:)) }
    }
}

extension ValueForm where Value == Expression {
    /// A scalar expression over the table's columns, as in a SELECT list.
    static var expression: ValueForm {
        ValueForm(.text(pattern: nil)) { $0.parsed(Expression.init(parsing:)) }
    }
}

extension ValueForm where Value == ColumnDefinition {
    /// A data type with, where there is one, the identity or default that makes its values.
    static var columnDefinition: ValueForm {
        ValueForm(.text(pattern: nil)) { $0.parsed(ColumnDefinition.init(parsing:)) }
    }
}

extension ValueForm where Value == [NamePair] {
    /// A mapping of one table's columns to another's: at least one pair, no column twice.
    static var namePairs: ValueForm {
        ValueForm(.names(.text(pattern: nil))) { cursor in
            guard var mapping = cursor.mapping() else { return nil }
            if mapping.isEmpty {
                cursor.refuse(.outOfRange, "\(cursor.label) needs at least one pair of columns")
                return nil
            }
            var pairs: [NamePair] = []
            for key in mapping.keys {
                guard let value = mapping.optional(key).flatMap(ValueForm<Identifier>.identifier.read) else { continue }
                do throws(InvalidName) {
                    pairs.append(NamePair(key: try Identifier(key), value: value))
                } catch {
                    cursor.refuse(.invalidName, error.description, at: mapping.keyRange(of: key))
                }
            }
            mapping.finish()
            if pairs.count < mapping.keys.count { return nil }
            if Set(pairs.map(\.value)).count < pairs.count {
                cursor.refuse(.repeated, "\(cursor.label) names a column twice")
                return nil
            }
            return pairs
        }
    }
}

extension ValueForm where Value == TypeName {
    /// A data type, as after `::`.
    static var type: ValueForm {
        ValueForm(.text(pattern: nil)) { $0.parsed(TypeName.init(parsing:)) }
    }
}

extension ValueForm where Value == ExclusionClause {
    /// What follows EXCLUDE in a constraint.
    static var exclusion: ValueForm {
        ValueForm(.text(pattern: nil)) { $0.parsed(ExclusionClause.init(parsing:)) }
    }
}

// MARK: - Words

extension Cursor {
    fileprivate func parsed<Parsed>(_ parse: (String) throws(SyntaxError) -> Parsed) -> Parsed? {
        guard let text = text()?.text else { return nil }
        do {
            return try parse(text)
        } catch {
            refuse(.invalidSQL, "\(label) is not what PostgreSQL understands: \(error.message)")
            return nil
        }
    }

    /// Notes a mistake of the plan's own kinds under the value.
    func refuse(_ mistake: PlanMistake, _ message: String, at range: SourceRange? = nil, fix: String? = nil) {
        refuse(mistake.rawValue, message, at: range, fix: fix)
    }

    fileprivate func name<Name>(_ make: (String) throws(InvalidName) -> Name) -> Name? {
        guard let text = text()?.text else { return nil }
        do {
            return try make(text)
        } catch {
            refuse(.invalidName, error.description)
            return nil
        }
    }
}

extension String {
    /// Whether a regular expression matches all of it, scalar by scalar: to `[A-Z]` the Kelvin sign is no K.
    func isWhole(_ pattern: String) -> Bool {
        guard let expression = try? Regex(pattern) else { preconditionFailure("'\(pattern)' is no pattern") }
        return wholeMatch(of: expression.matchingSemantics(.unicodeScalar)) != nil
    }
}

extension [String] {
    /// `a, b or c`.
    var inWords: String {
        guard let last, count > 1 else { return first ?? "" }
        return dropLast().joined(separator: ", ") + " or " + last
    }
}

extension ClosedRange {
    func inWords(_ word: (Bound) -> String) -> String {
        "between \(word(lowerBound)) and \(word(upperBound))"
    }
}
