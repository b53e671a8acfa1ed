import Foundation
import Workflow

/// How values of reports are written; nil is null, so that no key ever vanishes.
extension JSON {
    init<T>(_ value: T?, _ form: (T) -> JSON) {
        self = value.map(form) ?? .null
    }

    init(_ text: String?) {
        self.init(text, JSON.string)
    }

    init(_ number: Int64?) {
        self.init(number) { .integer(Int($0)) }
    }

    /// RFC 3339, in UTC.
    init(_ date: Date?) {
        self.init(date) { .string($0.formatted(.iso8601)) }
    }

    /// Rounded to so many decimals: what is measured has no more.
    init(_ number: Double?, decimals: Int) {
        let factor = pow(10, Double(decimals))
        self.init(number) { .number(($0 * factor).rounded() / factor) }
    }
}
