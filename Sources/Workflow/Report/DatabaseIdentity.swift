/// Which database a command has to do with, and as whom.
package struct DatabaseIdentity: Sendable, Hashable {
    package let name: String
    /// The server's address and port; nil for a socket of this machine.
    package let server: String?
    package let role: String

    package init(name: String, server: String?, role: String) {
        self.name = name
        self.server = server
        self.role = role
    }

    /// As the end of a sentence: `app on 10.0.0.7:5432, as owner`.
    package var text: String { "\(name) on \(server ?? "this machine"), as \(role)" }
}
