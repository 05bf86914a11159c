namespace PgHaTutor.Ui;

/// <summary>The one place that moves work onto the UI thread.</summary>
internal sealed class UiThread(IApplication app)
{
    /// <summary>Where a failure of fired work is shown; called on the UI thread.</summary>
    public Action<Exception> Failed { get; set; } = _ => { };

    /// <summary>Runs it on the UI thread, in the next round of the loop where the caller is on another one.</summary>
    public void Post(Action action)
    {
        try
        {
            app.Invoke(action);
        }
        catch (NotInitializedException)
        {
            // The screen is gone; a last change of the session has nowhere to be shown.
        }
    }

    /// <summary>Starts work that nobody awaits; what fails in it is shown.</summary>
    public async void Fire(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (OperationCanceledException)
        {
            // The learner cancelled it, and the session said so.
        }
        catch (Exception failure)
        {
            Post(() => Failed(failure));
        }
    }
}
