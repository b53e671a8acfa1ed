/// A remark of the server beside a result: NOTICE, WARNING, INFO or LOG.
package struct Notice: Hashable, Sendable {
    /// Never translated.
    package let severity: String
    package let state: SQLState
    package let message: String
    package let detail: String?
    package let hint: String?
    /// The call stack of the function that raised it.
    package let context: String?
}

extension Notice: CustomStringConvertible {
    package var description: String { "\(severity): \(message)" }
}
