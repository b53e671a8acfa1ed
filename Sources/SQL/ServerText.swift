/// SQL that PostgreSQL itself wrote, such as `format_type` or `pg_get_indexdef`: used as it is, never from a plan.
package struct ServerText: Spelled {
    /// The text, exactly as the server sent it.
    package let text: String

    /// Takes a text that came from a catalog function of the server.
    package init(_ text: String) {
        self.text = text
    }

    package var spelling: String { text }

    package init(spelling: String) {
        self.init(spelling)
    }
}
