/// The files of the folder Templates, which the build writes into the program: see the plugin `EmbeddedTemplates`.
///
/// What it writes is `files`, in the order of their paths.
package enum ShippedTemplates {
    /// A file of SQL.
    package struct File: Sendable {
        /// Below the folder Templates: `same_row/expand.sql.mustache`.
        package let path: String
        /// As it stands in the folder, byte for byte.
        package let text: String
    }
}
