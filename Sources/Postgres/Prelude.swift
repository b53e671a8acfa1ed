/// The settings of a session as statements that end with the transaction: a pooler's server connection is left as it was.
struct Prelude {
    /// One line of ASCII, so that positions in errors can be counted back.
    let text: String
    /// How many results the server answers it with.
    let count: Int

    init(_ settings: [(name: String, value: String)]) {
        // A default is for transactions to come: the one that is under way has to be told as well.
        let present = settings.compactMap { name, value in
            Self.defaults.contains(name) ? (name: String(name.dropFirst("default_".count)), value: value) : nil
        }
        let all = present + settings
        text = all.map { "SET LOCAL \($0.name) = '\($0.value)'; " }.joined()
        count = all.count
    }

    private static let defaults: Set = [
        "default_transaction_isolation", "default_transaction_read_only", "default_transaction_deferrable",
    ]

    /// The error of a script that followed the prelude in the same message, as if the script had been sent alone.
    func removed(from error: PostgresError) -> PostgresError {
        guard case .server(var error) = error else { return error }
        error.statementIndex = max(0, error.statementIndex - count)
        error.position = error.position.map { max(1, $0 - text.utf8.count) }
        return .server(error)
    }
}
