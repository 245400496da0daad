// What GraphiQL's bundle puts on `window`, as far as editor.js uses it.

interface Model {
  readonly uri: { readonly path: string };
  setValue(text: string): void;
}

interface Window {
  MonacoEnvironment?: { globalAPI: boolean; getWorkerUrl: (id: string, label: string) => string };
  monaco: {
    readonly editor: {
      getModels(): readonly Model[];
      onDidCreateEditor(listener: (editor: { updateOptions(options: { tabFocusMode: boolean }): void }) => void): void;
    };
  };
  YogaGraphiQL: { renderYogaGraphiQL(place: HTMLElement, options: object): void };
}
