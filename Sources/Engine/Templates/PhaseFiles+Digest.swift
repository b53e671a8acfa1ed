import Foundation
import Workflow

extension PhaseFiles {
    /// What an approval of a phase is for: the text of the steps that it runs, generated or edited.
    ///
    /// Where nothing is kept (`retain: 0s`) contract drops the old shape at once: then purge's steps are among them.
    func steps(of phase: Phase, in plan: Plan) throws -> GateFacts.Steps {
        let files: [PhaseFile] =
            phase == .contract && plan.retain == .zero ? [.phase(phase), .purge] : [.phase(phase)]
        return GateFacts.Steps(
            files: files.map(\.fileName),
            digest: Digest.hex(try files.map(digest).joined(separator: "\n"))
        )
    }

    /// That of the file on disk without its header, or of what would be written there.
    private func digest(of file: PhaseFile) throws -> String {
        if let text = try text(of: file) { return Digest.hex(Self.split(text).body) }
        return Digest.hex(try render(file, .file)?.text ?? "")
    }
}
