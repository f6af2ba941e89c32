using TlsMgr.Control.Client;

namespace TlsMgr.Control.Setup;

/// <summary>Connects to the control socket of an installation.</summary>
internal static class ControlConnection
{
    /// <summary>
    /// Connects. master(8) starts the daemon only when a client connects to the service socket; so where nobody
    /// listens, a request there comes first.
    /// </summary>
    /// <exception cref="NoReplyException">There is no control socket, or no daemon replies.</exception>
    internal static ServiceConnection Open(Installation installation)
    {
        string socket = installation.ControlSocket
            ?? throw new NoReplyException("there is no control socket: tlsmgr_control_socket is empty");
        try
        {
            return ServiceConnection.Open(socket);
        }
        catch (NoReplyException)
        {
            if (!Wake(installation))
            {
                throw;
            }

            return ServiceConnection.Open(socket);
        }
    }

    /// <summary>Whether the daemon replies on the service socket; it opens its control socket before.</summary>
    private static bool Wake(Installation installation)
    {
        try
        {
            using ServiceConnection service = ServiceConnection.Open(installation.ServiceSocket);
            ServiceRequests.Policy(service, "smtpd");
            return true;
        }
        catch (NoReplyException)
        {
            return false;
        }
    }
}
