return await PgHaTutor.Commands.CommandLine.RunAsync(args);
