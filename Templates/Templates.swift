package import Foundation

/// The SQL templates that ship with Crossfade, as a folder on disk.
package enum ShippedTemplates {
    /// The folder inside the resource bundle, which lies beside the executable.
    package static var bundledFolder: URL? { Bundle.module.resourceURL }
}
