using PgHaTutor.Sessions;

namespace PgHaTutor.Ui;

/// <summary>The lab as a picture: its nodes, and what flows between them.</summary>
internal sealed class TopologyView : View
{
    public void Show(SessionState state)
    {
        Text = string.Join('\n', state.Observation?.Nodes.Select(node => $"{node.Name} {node.Role} {node.State}") ?? []);
        SetNeedsDraw();
    }
}
