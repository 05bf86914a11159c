// Terminal.Gui's names for the panes, and which of two is meant. Terminal.Gui.Input is imported file by file:
// its Command would take the name from System.CommandLine's in the Commands folder.
global using System.Drawing;
global using Terminal.Gui.App;
global using Terminal.Gui.Configuration;
global using Terminal.Gui.Drawing;
global using Terminal.Gui.Drivers;
global using Terminal.Gui.ViewBase;
global using Terminal.Gui.Views;
global using Attribute = Terminal.Gui.Drawing.Attribute;
global using Color = Terminal.Gui.Drawing.Color;
