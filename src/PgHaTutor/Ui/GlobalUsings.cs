// Terminal.Gui's names, and which of two meant: Npgsql, CliWrap and Markdig have a Command and a Markdown of their own.
global using System.Drawing;
global using Terminal.Gui.App;
global using Terminal.Gui.Configuration;
global using Terminal.Gui.Drawing;
global using Terminal.Gui.Drivers;
global using Terminal.Gui.Input;
global using Terminal.Gui.ViewBase;
global using Terminal.Gui.Views;
global using Attribute = Terminal.Gui.Drawing.Attribute;
global using Color = Terminal.Gui.Drawing.Color;
global using Command = Terminal.Gui.Input.Command;
