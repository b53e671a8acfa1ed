import Diagnostics
package import Workflow

/// What `init` did.
package struct Installation: Report {
    /// The ledger's version.
    package let version: Int
    /// Whom it granted something, and what; nil when nobody.
    package let granted: (role: String, right: String)?

    /// A report from its parts.
    package init(version: Int, granted: (role: String, right: String)?) {
        self.version = version
        self.granted = granted
    }

    /// That the ledger is there, and who may use it.
    package func text(in style: TextStyle) -> String {
        var page = Page(style)
        page.line("\(style.marked(.done)) the ledger is there, in version \(version) (schema crossfade)")
        if let granted { page.line("\(style.marked(.done)) \(granted.role.harmless) is an \(granted.right)") }
        return page.text
    }

    package var json: JSON {
        .object([
            ("ledger", .integer(version)), ("role", JSON(granted?.role)), ("as", JSON(granted?.right)),
        ])
    }
}
