package import Foundation
package import SQL

/// A value that a statement receives beside its text, as `$1`, `$2`, ....
package protocol Parameter: Sendable {
    /// The value as the server reads it for the type that it infers; sent as it is, never quoted.
    var sqlText: String { get }
}

/// A parameter that may be an element of an array parameter.
package protocol ScalarParameter: Parameter {}

// MARK: - Scalars

extension String: ScalarParameter {
    package var sqlText: String { self }
}

extension Int: ScalarParameter {
    package var sqlText: String { String(self) }
}

extension Int32: ScalarParameter {
    package var sqlText: String { String(self) }
}

extension Int64: ScalarParameter {
    package var sqlText: String { String(self) }
}

extension UInt32: ScalarParameter {
    package var sqlText: String { String(self) }
}

extension Bool: ScalarParameter {
    package var sqlText: String { self ? "true" : "false" }
}

extension Double: ScalarParameter {
    /// The shortest text that reads back as the same value; `nan` and `inf` are names the server knows too.
    package var sqlText: String { description }
}

extension UUID: ScalarParameter {
    package var sqlText: String { uuidString }
}

extension Identifier: ScalarParameter {
    /// The bare name, to be compared with a catalog; `quoted` is for statements.
    package var sqlText: String { name }
}

extension Date: ScalarParameter {
    /// In UTC, to the microsecond.
    package var sqlText: String { TimestampText.write(self) }
}

extension Duration: ScalarParameter {
    /// As an interval, to the microsecond below.
    package var sqlText: String {
        let (seconds, attoseconds) = components
        return "\(seconds) seconds \(attoseconds / 1_000_000_000_000) microseconds"
    }
}

// MARK: - Arrays

extension Array: Parameter where Element: ScalarParameter {
    /// As an array literal of one dimension; every element is quoted, so that none is taken for NULL or a brace.
    package var sqlText: String { ArrayText.write(map(\.sqlText)) }
}
