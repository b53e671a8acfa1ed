package import Foundation
package import SQL

/// A type that a column's text can be read as.
package protocol ColumnDecodable {
    /// Reads a value that is not NULL, in the server's text format under the settings of `SessionOptions`.
    init?(columnText text: String)
}

extension String: ColumnDecodable {
    package init?(columnText text: String) { self = text }
}

extension Int: ColumnDecodable {
    package init?(columnText text: String) { self.init(text) }
}

extension Int32: ColumnDecodable {
    package init?(columnText text: String) { self.init(text) }
}

extension Int64: ColumnDecodable {
    package init?(columnText text: String) { self.init(text) }
}

extension UInt32: ColumnDecodable {
    package init?(columnText text: String) { self.init(text) }
}

extension Double: ColumnDecodable {
    /// The server's `Infinity` and `NaN` are read too.
    package init?(columnText text: String) { self.init(text) }
}

extension Bool: ColumnDecodable {
    package init?(columnText text: String) {
        switch text {
        case "t": self = true
        case "f": self = false
        default: return nil
        }
    }
}

extension UUID: ColumnDecodable {
    package init?(columnText text: String) { self.init(uuidString: text) }
}

extension Identifier: ColumnDecodable {
    package init?(columnText text: String) { try? self.init(text) }
}

extension Date: ColumnDecodable {
    /// From a `timestamptz`; `infinity` is no date.
    package init?(columnText text: String) {
        guard let date = TimestampText.read(text) else { return nil }
        self = date
    }
}

extension Array: ColumnDecodable where Element: ColumnDecodable {
    /// From an array of one dimension without NULLs.
    package init?(columnText text: String) {
        guard let texts = ArrayText.read(text) else { return nil }
        self = []
        for text in texts {
            guard let element = text.flatMap(Element.init(columnText:)) else { return nil }
            append(element)
        }
    }
}
