package import Foundation

/// How values of reports are written; nil is null, so that no key ever vanishes.
extension JSON {
    /// A value in its form, or null.
    package init<T>(_ value: T?, _ form: (T) -> JSON) {
        self = value.map(form) ?? .null
    }

    /// A text, or null.
    package init(_ text: String?) {
        self.init(text, JSON.string)
    }

    /// A whole number, or null.
    package init(_ number: Int64?) {
        self.init(number) { .integer(Int($0)) }
    }

    /// RFC 3339, in UTC.
    package init(_ date: Date?) {
        self.init(date) { .string($0.formatted(.iso8601)) }
    }

    /// Rounded to so many decimals: what is measured has no more.
    package init(_ number: Double?, decimals: Int) {
        let factor = pow(10, Double(decimals))
        self.init(number) { .number(($0 * factor).rounded() / factor) }
    }
}
