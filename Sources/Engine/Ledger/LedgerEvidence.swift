import Diagnostics
import SQL

/// The table of evidence and the functions that write it, as the ledger's script makes them.
struct LedgerEvidence: Sendable {
    /// A function that records a write, with the statement that makes it.
    struct Function: Sendable {
        /// Name and types: `note(text, text)`.
        let signature: String
        /// What pg_proc has as `prosrc`.
        let body: String
        let statement: String
    }

    let script: SourceText

    /// The functions that sync functions call.
    func functions() throws(SyntaxError) -> [Function] {
        try Script(parsing: script.text).statements.compactMap { statement in
            guard let function = statement.function, let body = function.body else { return nil }
            let signature = "\(function.name.name.name)(\(function.argumentTypes.joined(separator: ", ")))"
            return Function(signature: signature, body: body, statement: statement.text)
        }
    }

    /// The statements that make the table.
    func table() throws(SyntaxError) -> [String] {
        try Script(parsing: script.text).statements.filter { !$0.creates.isEmpty || $0.index != nil }.map(\.text)
    }
}
