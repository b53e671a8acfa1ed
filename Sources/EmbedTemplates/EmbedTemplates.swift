import Foundation

/// Writes files of a folder as Swift source: `EmbedTemplates FOLDER OUTPUT PATH...`, each path below the folder.
@main enum EmbedTemplates {
    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst()
        guard let folder = arguments.first, let output = arguments.dropFirst().first else {
            throw WrongUsage()
        }
        let folderURL = URL(filePath: folder, directoryHint: .isDirectory)
        var source = "extension ShippedTemplates {\n    package static let files: [File] = [\n"
        for path in arguments.dropFirst(2) {
            let file = folderURL.appending(path: path)
            guard let text = String(validating: try Data(contentsOf: file), as: UTF8.self) else {
                throw NotUTF8(file: file.path)
            }
            source += "        File(path: \(literal(path)), text: \(literal(text))),\n"
        }
        source += "    ]\n}\n"
        try Data(source.utf8).write(to: URL(filePath: output), options: .atomic)
    }

    /// On one line, since a literal of several lines would change the ends of lines.
    private static func literal(_ text: String) -> String {
        let scalars = text.unicodeScalars.map { scalar in
            switch scalar {
            case "\n": "\\n"
            case "\\", "\"": "\\\(scalar)"
            case " "..."~": String(scalar)
            default: "\\u{\(String(scalar.value, radix: 16))}"
            }
        }
        return "\"\(scalars.joined())\""
    }
}

private struct WrongUsage: Error {}

private struct NotUTF8: Error {
    let file: String
}
