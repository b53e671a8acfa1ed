import Foundation

/// A part of a command's discussion: a paragraph, or lines that stand as they are.
enum ManualBlock: Sendable, Hashable {
    case paragraph(String)
    case code([String])

    /// The parts of a discussion: blank lines divide them, and lines indented by two spaces are code.
    static func parse(_ discussion: String) -> [ManualBlock] {
        discussion.components(separatedBy: "\n\n").compactMap { part in
            let lines = part.split(separator: "\n").map(String.init)
            guard let first = lines.first else { return nil }
            guard first.hasPrefix("  ") else { return .paragraph(lines.joined(separator: " ")) }
            return .code(lines.map { String($0.trimmingPrefix("  ")) })
        }
    }

    /// Divides a discussion into what describes and what shows how to call the program.
    ///
    /// A paragraph that ends with a colon belongs to the code after it.
    static func divide(_ blocks: [ManualBlock]) -> (description: [ManualBlock], examples: [ManualBlock]) {
        var description: [ManualBlock] = []
        var examples: [ManualBlock] = []
        for block in blocks {
            guard case .code(let lines) = block, lines.contains(where: { $0.contains("crossfade ") }) else {
                description.append(block)
                continue
            }
            if case .paragraph(let text)? = description.last, text.hasSuffix(":") {
                examples.append(description.removeLast())
            }
            examples.append(block)
        }
        return (description, examples)
    }
}
