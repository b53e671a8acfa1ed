import Diagnostics
import Foundation
import SQL
import Workflow

extension PhaseFiles {
    /// Every file that the family has, or those of one phase; contract comes with the purge that may follow it.
    func generatedFiles(of only: Phase?) throws -> [GeneratedFile] {
        try PhaseFile.allCases.filter { file in only.map { file.isPart(of: $0) } ?? true }.compactMap { file in
            try render(file, .file).map {
                GeneratedFile(name: file.fileName, body: $0.text, predecessor: try predecessor(of: file))
            }
        }
    }

    /// What a person has to have run before a file.
    private func predecessor(of file: PhaseFile) throws -> String? {
        switch file {
        case .phase(.expand): "\(LedgerScripts.fileName), unless the database has the schema crossfade"
        case .phase(let phase): try last(before: phase).map { "\($0.fileName), proved by crossfade advance" }
        case .purge:
            try (last(before: nil)).map { "\($0.fileName), and the time that the plan keeps the old shape for" }
        case .undo(let phase):
            try Phase.allCases.last { try $0 > phase && render(.undo($0), .file) != nil }
                .map { "\(PhaseFile.undo($0).fileName), and those before it, for the phases that have begun" }
        }
    }

    /// The last phase with a file before another one, or of all.
    private func last(before phase: Phase?) throws -> PhaseFile? {
        try Phase.allCases.map(PhaseFile.phase).last { file in
            guard case .phase(let earlier) = file, phase.map({ earlier < $0 }) ?? true else { return false }
            return try render(file, .file) != nil
        }
    }

    /// The text of the file in the folder; nil where there is none.
    ///
    /// - Throws: ``Failure`` `refused` for one that cannot be read: what a person wrote in it is not passed over.
    func text(of file: PhaseFile) throws -> String? {
        let url = folder.appending(path: file.fileName)
        guard FileManager.default.fileExists(atPath: url.path) else { return nil }
        do {
            return try String(contentsOf: url, encoding: .utf8)
        } catch {
            throw Failure(
                .refused,
                "\(url.relativePath) is there and cannot be read: \(error.localizedDescription)",
                hint: "let this user read it, as UTF-8, or remove it"
            )
        }
    }

    /// The digest in a file's header, and everything after the header.
    static func split(_ text: String) -> (digest: String?, body: String) {
        let mark = "-- digest: "
        guard let line = text.range(of: mark), let end = text[line.upperBound...].range(of: "\n\n") else {
            return (nil, text)
        }
        return (String(text[line.upperBound..<end.lowerBound]), String(text[end.upperBound...]))
    }

    /// The same file with each step of chunks written for the table that it goes over.
    func naming(overOf rendered: StepFile, _ file: PhaseFile) throws -> StepFile {
        var text = rendered.text
        for step in rendered.steps {
            guard let over = step.over, over != blueprint.table,
                let own = try render(file, .file, leaf: over)?.steps.first(where: { $0.title == step.title })
            else { continue }
            text = text.replacing(step.text, with: own.text)
        }
        return try rendering { try StepFile(parsing: SourceText(name: rendered.name, text: text)) }
    }
}

extension PhaseFile {
    /// Whether it is written with the files of a phase.
    fileprivate func isPart(of phase: Phase) -> Bool {
        switch self {
        case .phase(let own), .undo(let own): own == phase
        case .purge: phase == .contract
        }
    }
}
